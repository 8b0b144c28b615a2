(** * Theorem 2: realising r^n cells takes (sum_{i<=d} C(k,i))^t >= r^n

    A network realises the cells x_1, ..., x_M when it is >= 0 at each and < 0 somewhere on the
    segment between every two.  [theorem2]: then M <= (Phi d k)^t, for every k and d.
    [theorem2_ifs]: a network whose sign on K_0 is exactly membership of K_n does this with
    M = r^n, for every IFS with disjoint images; [theorem2_ifs_width] is the talk's form,
    width >= (d/e) r^(n/(td)).

    Differences from the talk.
    - It asks that no area of K_n carry zero probability; what is needed is negatives between
      every two cells.  For exact realisation that is proved here: finitely many disjoint closed
      cells cannot cover a segment that meets two of them.
    - The width bound needs width k >= d: [width_bound_fails_below] is the counterexample.
    - The cells need no interior and the points may lie on the boundaries of regions: the
      regions counted have any dimension, and each is convex. *)

From Coq Require Import Reals List Lia Lra Bool.
From Exactnet Require Import Network Prefractal Zaslavsky Regions.
Import ListNotations.
Open Scope R_scope.

(** ** Statements *)

(** The value of a network with one output. *)
Definition out (N : net) (x : vec) : R := hd 0 (eval N x).

Definition negative_between (N : net) (x y : vec) : Prop :=
  exists s, 0 <= s <= 1 /\ out N (mix s x y) < 0.

Definition realises (d : nat) (N : net) (xs : list vec) : Prop :=
  Forall (fun x => length x = d /\ 0 <= out N x) xs /\
  ForallOrdPairs (negative_between N) xs.

(** The sign of N on K_0 is membership of K_n. *)
Definition realises_prefractal (d : nat) (N : net) (Fs : ifs) (n : nat) : Prop :=
  forall x, cube d x -> (0 <= out N x <-> K d Fs n x).

(** The cells of K_n are F_w(K_0) for the r^n addresses w of length n. *)
Fixpoint addresses (Fs : ifs) (n : nat) : list (list generator) :=
  match n with
  | O => [[]]
  | S m => flat_map (fun F => map (cons F) (addresses Fs m)) Fs
  end.

Fixpoint in_cell (d : nat) (w : list generator) (x : vec) : Prop :=
  match w with
  | [] => cube d x
  | F :: w' => in_cell d w' (undo F x)
  end.

(** ** The abstract form *)

Lemma out_mix : forall N s x y, length x = length y -> 0 <= s <= 1 ->
  activation (layers N) x = activation (layers N) y ->
  out N (mix s x y) = (1 - s) * out N x + s * out N y.
Proof.
  intros N s x y Hl Hs E. unfold out.
  rewrite (proj2 (same_activation_affine N s x y Hl Hs E)).
  assert (H : length (eval N x) = length (eval N y))
    by (unfold eval; rewrite !affine_length; reflexivity).
  destruct (eval N x), (eval N y); simpl in *; try lia; ring.
Qed.

Theorem theorem2 : forall d k N xs,
  shaped d 1 N -> (width N <= k)%nat -> realises d N xs ->
  (length xs <= Phi d k ^ depth N)%nat.
Proof.
  intros d k N xs Hs Hk [Hpos Hneg].
  rewrite <- (map_length (activation (layers N))).
  apply (regions d 1%nat); try assumption. split.
  - induction Hneg as [|x xs Hx Hneg IH]; simpl; [constructor|].
    inversion Hpos as [|? ? [Hlx Hox] Hpos']; subst. constructor; [|auto].
    rewrite in_map_iff. intros (y & E & Hy).
    rewrite Forall_forall in Hx, Hpos'. destruct (Hpos' y Hy) as [Hly Hoy].
    destruct (Hx y Hy) as (s & Hs01 & Hlt). rewrite out_mix in Hlt; [|lia|assumption|auto].
    nra.
  - intros p Hp. apply in_map_iff in Hp. destruct Hp as (x & E & Hx).
    rewrite Forall_forall in Hpos. exists x. split; [apply Hpos; assumption|assumption].
Qed.

(** ** The width bound *)

Lemma width_bound : forall d k t r n,
  (1 <= d <= k)%nat -> (1 <= t)%nat -> (1 <= r)%nat -> (r ^ n <= Phi d k ^ t)%nat ->
  INR d / exp 1 * Rpower (INR r) (INR n / (INR t * INR d)) <= INR k.
Proof.
  intros d k t r n Hd Ht Hr H.
  assert (Hd0 : 0 < INR d) by (apply lt_0_INR; lia).
  assert (Hk0 : 0 < INR k) by (apply lt_0_INR; lia).
  assert (Ht0 : 0 < INR t) by (apply lt_0_INR; lia).
  assert (Hr0 : 0 < INR r) by (apply lt_0_INR; lia).
  pose proof (exp_pos 1) as He.
  set (X := exp 1 * INR k / INR d).
  assert (HX : 0 < X) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat|]; assumption).
  assert (H1 : INR r ^ n <= X ^ (d * t)).
  { rewrite <- pow_INR. apply Rle_trans with (INR (Phi d k ^ t)); [apply le_INR; assumption|].
    rewrite pow_INR, pow_mult. apply pow_incr. split; [apply pos_INR|].
    apply Phi_exponential; assumption. }
  assert (H2 : Rpower (INR r) (INR n / (INR t * INR d)) <= X).
  { set (c := / (INR t * INR d)).
    assert (Hc : 0 < c) by (apply Rinv_0_lt_compat, Rmult_lt_0_compat; assumption).
    replace (INR n / (INR t * INR d)) with (INR n * c) by reflexivity.
    rewrite <- Rpower_mult, Rpower_pow by assumption.
    apply Rle_trans with (Rpower (X ^ (d * t)) c).
    - apply Rle_Rpower_l; [lra|]. split; [apply pow_lt|]; assumption.
    - rewrite <- Rpower_pow, Rpower_mult, mult_INR by assumption.
      replace (INR d * INR t * c) with 1 by (unfold c; field; lra).
      rewrite Rpower_1 by assumption. lra. }
  apply Rle_trans with (INR d / exp 1 * X).
  - apply Rmult_le_compat_l; [|assumption].
    left. apply Rdiv_lt_0_compat; assumption.
  - unfold X. right. field. lra.
Qed.

Corollary theorem2_width : forall d k N xs r n,
  shaped d 1 N -> (width N <= k)%nat -> (1 <= d <= k)%nat -> (1 <= depth N)%nat ->
  (1 <= r)%nat -> realises d N xs -> length xs = (r ^ n)%nat ->
  INR d / exp 1 * Rpower (INR r) (INR n / (INR (depth N) * INR d)) <= INR k.
Proof.
  intros d k N xs r n Hs Hk Hd Ht Hr Hx Hlen. apply width_bound; try assumption.
  rewrite <- Hlen. apply theorem2; assumption.
Qed.

(** |x_1| - 1/2 on R^5 has width 2 and tells two cells apart; the formula asks for 2.07. *)
Theorem width_bound_fails_below : exists N xs,
  shaped 5 1 N /\ width N = 2%nat /\ depth N = 1%nat /\ realises 5 N xs /\
  length xs = (2 ^ 1)%nat /\ 2 < INR 5 / exp 1 * Rpower 2 (INR 1 / (INR 1 * INR 5)).
Proof.
  exists (Net [[Unit [1; 0; 0; 0; 0] 0; Unit [-1; 0; 0; 0; 0] 0]] [Unit [1; 1] (-1/2)]),
    [[1; 0; 0; 0; 0]; [-1; 0; 0; 0; 0]].
  split; [repeat constructor|]. do 2 (split; [reflexivity|]). split; [|split; [reflexivity|]].
  - assert (Hout : forall a,
      out (Net [[Unit [1; 0; 0; 0; 0] 0; Unit [-1; 0; 0; 0; 0] 0]] [Unit [1; 1] (-1/2)])
        [a; 0; 0; 0; 0] = Rmax a 0 + Rmax (- a) 0 - 1 / 2).
    { intro a. unfold out, eval. simpl. unfold pre. simpl. unfold pre, relu. simpl.
      replace (1 * a + (0 * 0 + (0 * 0 + (0 * 0 + (0 * 0 + 0)))) + 0) with a by ring.
      replace (-1 * a + (0 * 0 + (0 * 0 + (0 * 0 + (0 * 0 + 0)))) + 0) with (- a) by ring.
      field. }
    split.
    + repeat constructor; rewrite Hout; unfold Rmax;
        repeat match goal with |- context [Rle_dec ?a ?b] => destruct (Rle_dec a b) end; lra.
    + repeat constructor. exists (1 / 2). split; [lra|].
      replace (mix (1 / 2) [1; 0; 0; 0; 0] [-1; 0; 0; 0; 0]) with [0; 0; 0; 0; 0]
        by (simpl; repeat (f_equal; try field)).
      rewrite Hout. unfold Rmax.
      repeat match goal with |- context [Rle_dec ?a ?b] => destruct (Rle_dec a b) end; lra.
  - assert (H : 112 / 100 <= Rpower 2 (INR 1 / (INR 1 * INR 5))).
    { replace (112 / 100) with (Rpower ((112 / 100) ^ 5) (/ INR 5)).
      - replace (INR 1 / (INR 1 * INR 5)) with (/ INR 5) by (simpl; field).
        apply Rle_Rpower_l; [simpl; lra|]. split; simpl; lra.
      - rewrite <- Rpower_pow, Rpower_mult, Rinv_r, Rpower_1; simpl; lra. }
    pose proof exp_1_upper as He. pose proof (exp_pos 1) as He0.
    set (q := Rpower 2 (INR 1 / (INR 1 * INR 5))) in *.
    replace (INR 5 / exp 1 * q) with (5 * q / exp 1) by (simpl; field; lra).
    apply (Rmult_lt_reg_r (exp 1)); [assumption|].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** ** Finitely many disjoint polyhedra do not cover a segment that leaves one of them *)

Definition poly (c : layer) (x : vec) : Prop := Forall (fun u => 0 <= pre u x) c.

Lemma not_poly : forall c x, ~ poly c x -> exists u, In u c /\ pre u x < 0.
Proof.
  intros c x H. induction c as [|u c IH].
  - exfalso. apply H. constructor.
  - destruct (Rle_dec 0 (pre u x)) as [Hu|Hu].
    + destruct IH as (v & Hv & Hlt); [|exists v; split; [right|]; assumption].
      intro Hc. apply H. constructor; assumption.
    + exists u. split; [left; reflexivity|lra].
Qed.

Lemma gap : forall (A : layer) (B : list layer) x y, length x = length y ->
  poly A x -> ~ poly A y ->
  (forall z c, length z = length x -> In c B -> poly A z -> ~ poly c z) ->
  exists s, 0 <= s <= 1 /\ ~ poly A (mix s x y) /\ forall c, In c B -> ~ poly c (mix s x y).
Proof.
  intros A B x y Hl Hx Hy Hdis.
  set (E := fun s => 0 <= s <= 1 /\ poly A (mix s x y)).
  assert (HE0 : E 0) by (split; [lra|]; rewrite mix_0; assumption).
  destruct (completeness E) as (m & Hub & Hlub).
  { exists 1. intros s [Hs _]. lra. }
  { exists 0. assumption. }
  assert (Hm : 0 <= m <= 1).
  { split; [apply Hub; assumption|]. apply Hlub. intros s [Hs _]. lra. }
  assert (HmA : poly A (mix m x y)).
  { apply Forall_forall. intros u Hu. apply Rnot_lt_le. intro Hlt.
    rewrite pre_mix in Hlt by assumption.
    assert (Hu0 : 0 <= pre u x) by (unfold poly in Hx; rewrite Forall_forall in Hx; auto).
    set (g := pre u x) in *. set (h := pre u y) in *.
    assert (Hgh : 0 < g - h) by nra.
    set (t := g / (g - h)).
    assert (Ht : t * (g - h) = g) by (unfold t; field; lra).
    assert (Htm : m <= t).
    { apply Hlub. intros s [Hs Hps]. unfold poly in Hps. rewrite Forall_forall in Hps.
      specialize (Hps u Hu). rewrite pre_mix in Hps by assumption. fold g h in Hps. nra. }
    nra. }
  assert (Hm1 : m < 1).
  { destruct (Rlt_dec m 1); [assumption|]. exfalso. apply Hy.
    rewrite <- (mix_1 x y) by assumption. replace 1 with m by lra. assumption. }
  assert (Hlm : length (mix m x y) = length y) by (rewrite mix_length; assumption).
  destruct (keep_sign (concat B) (mix m x y) y Hlm) as (e & He & Hkeep).
  exists ((1 - e) * m + e * 1).
  assert (Hrange : 0 <= (1 - e) * m + e * 1 <= 1) by nra.
  split; [assumption|]. split.
  - intro Hp. assert ((1 - e) * m + e * 1 <= m) by (apply Hub; split; assumption). nra.
  - intros c Hc. rewrite <- mix_mix, (mix_1 x y) by assumption. intro Hp.
    assert (Hn : ~ poly c (mix m x y)) by (apply Hdis; [lia|assumption|assumption]).
    destruct (not_poly _ _ Hn) as (u & Hu & Hlt).
    assert (Hin : In u (concat B)) by (apply in_concat; exists c; split; assumption).
    unfold poly in Hp. rewrite Forall_forall in Hp. specialize (Hp u Hu).
    apply (proj2 (Hkeep e u ltac:(lra) Hin)) in Hlt. lra.
Qed.

(** ** Cells *)

Lemma addresses_length : forall Fs n, length (addresses Fs n) = (length Fs ^ n)%nat.
Proof.
  intros Fs n. induction n as [|n IH]; [reflexivity|]. simpl. rewrite <- IH.
  generalize (addresses Fs n) as L. intro L. clear. induction Fs as [|F Fs' IHF]; [reflexivity|].
  simpl. rewrite app_length, map_length, IHF. reflexivity.
Qed.

Lemma in_addresses : forall Fs n w, In w (addresses Fs n) -> Forall (fun F => In F Fs) w.
Proof.
  intros Fs n. induction n as [|n IH]; simpl; intros w Hw.
  - destruct Hw as [<-|[]]. constructor.
  - apply in_flat_map in Hw. destruct Hw as (F & HF & Hw).
    apply in_map_iff in Hw. destruct Hw as (v & <- & Hv). constructor; auto.
Qed.

Lemma disjoint_pairs : forall d Fs, disjoint_images d Fs ->
  ForallOrdPairs (fun F G => forall x y, cube d x -> cube d y -> apply F x <> apply G y) Fs.
Proof.
  intros d Fs Hdisj. unfold disjoint_images in Hdisj.
  induction Fs as [|F Gs IHG]; constructor.
  - apply Forall_forall. intros G HG. apply In_nth_error in HG. destruct HG as (j & Hj).
    intros x y. apply (Hdisj 0%nat (S j)); auto.
  - apply IHG. intros i j F' G x y Hi Hj Hij.
    apply (Hdisj (S i) (S j)); auto.
Qed.

Section Cells.
Variables (d : nat) (Fs : ifs).
Hypothesis Hinv : Forall (invertible d) Fs.
Hypothesis Hbase : maps_into_base d Fs.
Hypothesis Hdisj : disjoint_images d Fs.

Lemma inv_in : forall F, In F Fs -> invertible d F.
Proof. apply Forall_forall. exact Hinv. Qed.

Lemma apply_length : forall F x, In F Fs -> length (apply F x) = d.
Proof. intros F x HF. unfold apply. rewrite affine_length. apply (inv_in F HF). Qed.

Lemma undo_length : forall F x, In F Fs -> length (undo F x) = d.
Proof. intros F x HF. unfold undo. rewrite affine_length. apply (inv_in F HF). Qed.

Lemma undo_apply : forall F x, In F Fs -> length x = d -> undo F (apply F x) = x.
Proof. intros F x HF Hx. destruct (inv_in F HF) as (_ & _ & _ & _ & H). apply H; auto. Qed.

Lemma apply_undo : forall F x, In F Fs -> length x = d -> apply F (undo F x) = x.
Proof. intros F x HF Hx. destruct (inv_in F HF) as (_ & _ & _ & _ & H). apply H; auto. Qed.

Lemma K_length : forall n x, K d Fs n x -> length x = d.
Proof.
  destruct n; simpl; intros x H; [apply H|].
  destruct H as (F & y & HF & _ & ->). apply apply_length; assumption.
Qed.

Lemma K_cells : forall n x, length x = d ->
  (K d Fs n x <-> exists w, In w (addresses Fs n) /\ in_cell d w x).
Proof.
  induction n as [|n IH]; simpl; intros x Hx.
  - split.
    + intro H. exists []. auto.
    + intros (w & [<-|[]] & H). assumption.
  - split.
    + intros (F & y & HF & Hy & ->). pose proof (K_length _ _ Hy) as Hly.
      apply IH in Hy; [|assumption]. destruct Hy as (w & Hw & Hc).
      exists (F :: w). split.
      * apply in_flat_map. exists F. split; [assumption|]. apply in_map; assumption.
      * simpl. rewrite undo_apply by assumption. assumption.
    + intros (w & Hw & Hc). apply in_flat_map in Hw. destruct Hw as (F & HF & Hw).
      apply in_map_iff in Hw. destruct Hw as (v & <- & Hv). simpl in Hc.
      exists F, (undo F x). split; [assumption|]. split; [|symmetry; apply apply_undo; auto].
      apply IH; [apply undo_length; assumption|]. exists v; auto.
Qed.

Lemma in_cell_cube : forall w x, Forall (fun F => In F Fs) w -> length x = d ->
  in_cell d w x -> cube d x.
Proof.
  induction w as [|F w IH]; simpl; intros x Hw Hx Hc; [assumption|].
  apply Forall_cons_iff in Hw. destruct Hw as [HF Hw].
  rewrite <- (apply_undo F x) by assumption.
  apply Hbase; [assumption|]. apply IH; [assumption|apply undo_length|]; assumption.
Qed.

Definition apart (w w' : list generator) : Prop :=
  forall x, length x = d -> in_cell d w x -> ~ in_cell d w' x.

Lemma apart_sym : forall w w', apart w w' -> apart w' w.
Proof. intros w w' H x Hx H1 H2. apply (H x); assumption. Qed.

Lemma FOP_app : forall A (R : A -> A -> Prop) l m,
  ForallOrdPairs R l -> ForallOrdPairs R m -> (forall a b, In a l -> In b m -> R a b) ->
  ForallOrdPairs R (l ++ m).
Proof.
  intros A R l m Hl Hm H. induction Hl as [|a l Ha Hl IH]; simpl; [assumption|].
  constructor.
  - apply Forall_app. split; [assumption|]. apply Forall_forall. intros b Hb.
    apply H; [left; reflexivity|assumption].
  - apply IH. intros; apply H; [right|]; assumption.
Qed.

Lemma FOP_map : forall A B (f : A -> B) (R : B -> B -> Prop) l,
  ForallOrdPairs (fun a b => R (f a) (f b)) l -> ForallOrdPairs R (map f l).
Proof.
  intros A B f R l H. induction H as [|a l Ha H IH]; simpl; constructor; [|assumption].
  apply Forall_map. assumption.
Qed.

Lemma addresses_apart : forall n, ForallOrdPairs apart (addresses Fs n).
Proof.
  induction n as [|n IH]; simpl; [repeat constructor|].
  pose proof (in_addresses Fs n) as Hadd.
  revert IH Hadd. generalize (addresses Fs n) as L. intros L HL Hadd.
  pose proof (disjoint_pairs d Fs Hdisj) as Hpairs.
  assert (Hall : forall F, In F Fs -> In F Fs) by auto.
  revert Hpairs Hall. generalize Fs at 1 2 4 as Gs.
  intros Gs H. induction H as [|F Gs HF HG IH]; simpl; intro Hall; [constructor|].
  apply FOP_app.
  - apply FOP_map. clear - HL Hall Hinv.
    induction HL as [|w L Hw HL IHL]; constructor; [|assumption].
    revert Hw. apply Forall_impl. intros w' Hw x Hx. simpl.
    apply Hw. apply undo_length. apply Hall; left; reflexivity.
  - apply IH. intros; apply Hall; right; assumption.
  - intros a b Ha Hb x Hx Hxa Hxb.
    apply in_map_iff in Ha. destruct Ha as (w & <- & Hw).
    apply in_flat_map in Hb. destruct Hb as (G & HinG & Hb).
    apply in_map_iff in Hb. destruct Hb as (w' & <- & Hw'). simpl in Hxa, Hxb.
    rewrite Forall_forall in HF.
    assert (HFF : In F Fs) by (apply Hall; left; reflexivity).
    assert (HGF : In G Fs) by (apply Hall; right; assumption).
    apply (HF G HinG (undo F x) (undo G x)).
    + apply (in_cell_cube w); [auto|apply undo_length|]; assumption.
    + apply (in_cell_cube w'); [auto|apply undo_length|]; assumption.
    + rewrite !apply_undo by assumption. reflexivity.
Qed.

Fixpoint center (w : list generator) : vec :=
  match w with
  | [] => repeat 0 d
  | F :: w' => apply F (center w')
  end.

Lemma center_in_cell : forall w, Forall (fun F => In F Fs) w ->
  length (center w) = d /\ in_cell d w (center w).
Proof.
  induction w as [|F w IH]; simpl; intro H.
  - rewrite repeat_length. split; [reflexivity|]. split; [apply repeat_length|].
    eapply Forall_impl; [|apply Forall_repeat0]. simpl. intros; lra.
  - apply Forall_cons_iff in H. destruct H as [HF H]. destruct (IH H) as [H1 H2].
    rewrite undo_apply, apply_length by assumption. auto.
Qed.

(** The cell of w as a list of inequalities on x, for in_cell at [affine a x]. *)
Fixpoint cell_poly (w : list generator) (a : layer) : layer :=
  match w with
  | [] => flat_map (fun u => [Unit (weights u) (bias u + 1);
                              Unit (map Ropp (weights u)) (1 - bias u)]) a
  | F :: w' => cell_poly w' (compose d (backward F) a)
  end.

Lemma dot_opp : forall w x, dot (map Ropp w) x = - dot w x.
Proof.
  induction w as [|c w IH]; simpl; intro x; [ring|].
  destruct x; [ring|]. rewrite IH. ring.
Qed.

Lemma cell_poly_spec : forall w a x, Forall (fun F => In F Fs) w ->
  layer_shaped d a -> length a = d ->
  (poly (cell_poly w a) x <-> in_cell d w (affine a x)).
Proof.
  induction w as [|F w IH]; simpl; intros a x Hw Ha Hla.
  - unfold cube. rewrite affine_length. unfold poly, affine. rewrite Forall_map.
    transitivity (Forall (fun u => -1 <= pre u x <= 1) a); [|tauto].
    clear. induction a as [|u a IH]; simpl; [split; constructor|].
    rewrite !Forall_cons_iff, IH. unfold pre; simpl. rewrite dot_opp.
    intuition lra.
  - apply Forall_cons_iff in Hw. destruct Hw as [HF Hw].
    rewrite IH; [|assumption|apply compose_shaped; assumption|].
    + rewrite affine_compose by assumption. reflexivity.
    + rewrite compose_length. apply (inv_in F); assumption.
Qed.

Lemma cube_mix : forall x y s, 0 <= s <= 1 -> cube d x -> cube d y -> cube d (mix s x y).
Proof.
  intros x y s Hs [Hlx Hx] [Hly Hy]. split; [rewrite mix_length; lia|].
  assert (Hl : length x = length y) by lia. clear Hlx Hly. revert y Hy Hl.
  induction Hx as [|a x Ha Hx IH]; intros [|b y] Hy Hl; simpl in *; try lia; [constructor|].
  inversion Hy; subst. constructor; [nra|]. apply IH; [assumption|lia].
Qed.

(** Between two cells of K_n there is a point outside K_n. *)
Lemma outside_between : forall n front w mid w' post,
  addresses Fs n = front ++ w :: mid ++ w' :: post ->
  exists s, 0 <= s <= 1 /\ cube d (mix s (center w) (center w')) /\
    ~ K d Fs n (mix s (center w) (center w')).
Proof.
  intros n front w mid w' post E. pose proof (addresses_apart n) as Hap.
  pose proof (in_addresses Fs n) as Hadd.
  set (others := front ++ mid ++ w' :: post).
  assert (Hothers : forall v, In v others -> apart w v).
  { rewrite E in Hap. intros v Hv. apply in_app_iff in Hv. clear - Hap Hv.
    induction front as [|p front IH]; simpl in Hap; inversion Hap as [|? ? Hp Hap']; subst.
    - destruct Hv as [[]|Hv]. rewrite Forall_forall in Hp. apply Hp; assumption.
    - destruct Hv as [[->|Hv]|Hv]; [|apply IH; auto|apply IH; auto].
      apply apart_sym. rewrite Forall_forall in Hp. apply Hp.
      apply in_app_iff. right. left. reflexivity. }
  assert (Hin : forall v, In v (addresses Fs n) <-> v = w \/ In v others).
  { intro v. rewrite E. unfold others. rewrite !in_app_iff. simpl. rewrite !in_app_iff.
    simpl. intuition. }
  assert (Hw' : In w' others).
  { unfold others. rewrite !in_app_iff. simpl. auto. }
  assert (Hw : In w (addresses Fs n)) by (apply Hin; auto).
  destruct (center_in_cell w (Hadd w Hw)) as [Hlw Hcw].
  destruct (center_in_cell w' (Hadd w' (proj2 (Hin w') (or_intror Hw')))) as [Hlw' Hcw'].
  set (P := fun v => cell_poly v (identity d)).
  assert (HP : forall v z, In v (addresses Fs n) -> length z = d ->
    (poly (P v) z <-> in_cell d v z)).
  { intros v z Hv Hz. unfold P.
    rewrite cell_poly_spec; [|apply Hadd; assumption|apply identity_shaped|].
    - rewrite affine_identity by assumption. reflexivity.
    - apply identity_length. }
  destruct (gap (P w) (map P others) (center w) (center w')) as (s & Hs & HnA & HnB).
  - lia.
  - apply HP; assumption.
  - rewrite HP by assumption. intro H. apply (Hothers w' Hw' (center w')); assumption.
  - intros z c Hz Hc Hpz Hcz. apply in_map_iff in Hc. destruct Hc as (v & <- & Hv).
    rewrite Hlw in Hz. apply HP in Hpz; [|assumption|assumption].
    apply HP in Hcz; [|apply Hin; auto|assumption]. apply (Hothers v Hv z); assumption.
  - assert (Hlm : length (mix s (center w) (center w')) = d) by (rewrite mix_length; lia).
    exists s. split; [assumption|]. split.
    + apply cube_mix; [assumption| |].
      * apply (in_cell_cube w); [apply Hadd| |]; assumption.
      * apply (in_cell_cube w'); [apply Hadd, Hin; auto| |]; assumption.
    + rewrite K_cells by assumption. intros (v & Hv & Hcv).
      apply Hin in Hv. destruct Hv as [->|Hv].
      * apply HnA. apply HP; assumption.
      * apply (HnB (P v)); [apply in_map; assumption|]. apply HP; [apply Hin; auto|..]; assumption.
Qed.

Lemma realises_cells : forall n N, realises_prefractal d N Fs n ->
  realises d N (map center (addresses Fs n)).
Proof.
  intros n N HN. split.
  - apply Forall_map, Forall_forall. intros w Hw.
    pose proof (in_addresses Fs n w Hw) as Hall.
    destruct (center_in_cell w Hall) as [Hl Hc]. split; [assumption|].
    apply HN; [apply (in_cell_cube w); assumption|].
    apply K_cells; [assumption|]. exists w; auto.
  - apply FOP_map.
    assert (Hsuf : forall suf front, addresses Fs n = front ++ suf ->
      ForallOrdPairs (fun a b => negative_between N (center a) (center b)) suf).
    { induction suf as [|w suf IH]; intros front E; constructor.
      - apply Forall_forall. intros w' Hw'. apply in_split in Hw'.
        destruct Hw' as (mid & post & ->).
        destruct (outside_between n front w mid w' post E) as (s & Hs & Hc & Hn).
        exists s. split; [assumption|]. apply Rnot_le_lt. intro H. apply Hn.
        apply HN; assumption.
      - apply (IH (front ++ [w])). rewrite <- app_assoc. assumption. }
    apply (Hsuf _ []). reflexivity.
Qed.

End Cells.

Theorem theorem2_ifs : forall d k Fs n N,
  Forall (invertible d) Fs -> maps_into_base d Fs -> disjoint_images d Fs ->
  shaped d 1 N -> (width N <= k)%nat -> realises_prefractal d N Fs n ->
  (length Fs ^ n <= Phi d k ^ depth N)%nat.
Proof.
  intros d k Fs n N Hinv Hbase Hdisj Hs Hk HN.
  rewrite <- addresses_length, <- (map_length (center d)).
  apply theorem2; try assumption. apply realises_cells; assumption.
Qed.

Corollary theorem2_ifs_width : forall d k Fs n N,
  Forall (invertible d) Fs -> maps_into_base d Fs -> disjoint_images d Fs ->
  shaped d 1 N -> (width N <= k)%nat -> (1 <= d <= k)%nat -> (1 <= depth N)%nat ->
  (1 <= length Fs)%nat -> realises_prefractal d N Fs n ->
  INR d / exp 1 * Rpower (INR (length Fs)) (INR n / (INR (depth N) * INR d)) <= INR k.
Proof.
  intros. apply width_bound; try assumption. apply theorem2_ifs; assumption.
Qed.
