(** * Disjoint images are separated, and so Theorem 1 holds for them

    Theorem1.v asks for a delta > 0 such that no point has penalty < delta for two branches.  Here:
    if the images F_i(K_0) are pairwise disjoint, there is one.

    The images are polytopes, and no compactness is needed: two disjoint images are a system of
    linear inequalities without a solution, and Fourier-Motzkin elimination shows that a system
    without a solution has none either when every right-hand side is relaxed by some delta > 0
    ([alternative]).  [theorem_1] is the talk's Theorem 1, for the 0-1 loss and without a margin;
    its one hypothesis that is not in the talk is F_i(K_0) in K_0 ([maps_into_base]). *)

From Coq Require Import Reals List Lia Lra.
From Exactnet Require Import Network Prefractal Vectors Theorem1.
Import ListNotations.
Open Scope R_scope.

(** ** Systems of linear inequalities

    A unit g stands for the inequality pre g x <= 0, a layer for a system of them. *)

Definition solves (l : layer) (t : R) (x : vec) : Prop := Forall (fun g => pre g x <= t) l.

(** The weight of the first variable, and the inequality in the other ones. *)
Definition lead (g : unit_of) : R := hd 0 (weights g).
Definition rest (g : unit_of) : unit_of := Unit (tl (weights g)) (bias g).

Lemma pre_lead n g a x : length (weights g) = S n -> pre g (a :: x) = lead g * a + pre (rest g) x.
Proof. unfold pre, lead, rest. destruct (weights g); simpl; intros; [discriminate | lra]. Qed.

(** A positive combination of an upper bound g and a lower bound h, free of the first variable. *)
Definition eliminate (g h : unit_of) : unit_of :=
  Unit (add (scale (- lead h) (tl (weights g))) (scale (lead g) (tl (weights h))))
       (- lead h * bias g + lead g * bias h).

Lemma pre_eliminate n g h x :
  length (weights g) = S n -> length (weights h) = S n ->
  pre (eliminate g h) x = - lead h * pre (rest g) x + lead g * pre (rest h) x.
Proof.
  intros Hg Hh. unfold pre, eliminate, rest. cbn [weights bias].
  destruct (weights g) as [| a v], (weights h) as [| b w]; try discriminate. simpl in *.
  rewrite dot_add, !dot_scale; [lra |]. unfold scale. rewrite !map_length. lia.
Qed.

Definition positive (g : unit_of) : bool := if Rlt_dec 0 (lead g) then true else false.
Definition negative (g : unit_of) : bool := if Rlt_dec (lead g) 0 then true else false.
Definition neutral (g : unit_of) : bool := negb (positive g || negative g).

(** The system that is left when the first variable is eliminated. *)
Definition elimination (l : layer) : layer :=
  map rest (filter neutral l)
  ++ flat_map (fun g => map (eliminate g) (filter negative l)) (filter positive l).

Lemma elimination_shaped n l : layer_shaped (S n) l -> layer_shaped n (elimination l).
Proof.
  intros H. unfold layer_shaped in *. rewrite Forall_forall in *. intros u Hu.
  assert (Htl : forall g, In g l -> length (tl (weights g)) = n).
  { intros g Hg. specialize (H g Hg). destruct (weights g); simpl in *; lia. }
  unfold elimination in Hu. apply in_app_or in Hu. destruct Hu as [Hu | Hu].
  - apply in_map_iff in Hu. destruct Hu as (g & <- & Hg). apply filter_In in Hg. now apply Htl.
  - apply in_flat_map in Hu. destruct Hu as (g & Hg & Hu). apply in_map_iff in Hu.
    destruct Hu as (h & <- & Hh). apply filter_In in Hg, Hh. cbn [weights eliminate].
    rewrite add_length; unfold scale; rewrite ?map_length; rewrite !Htl; tauto.
Qed.

(** A number between lower and upper bounds. *)
Lemma between (lower upper : list R) :
  (forall a b, In a lower -> In b upper -> a <= b) ->
  exists c, (forall a, In a lower -> a <= c) /\ (forall b, In b upper -> c <= b).
Proof.
  induction lower as [| a lower IH]; intros H.
  - clear H. induction upper as [| b upper IH]; [exists 0; split; intros c [] |].
    destruct IH as (c & _ & Hc). exists (Rmin b c). split; [intros ? [] |].
    intros b' [<- | Hb]; [apply Rmin_l |].
    apply Rle_trans with c; [apply Rmin_r | now apply Hc].
  - destruct IH as (c & Hlow & Hup). { intros a' b Ha Hb. apply H; [now right | assumption]. }
    exists (Rmax a c). split.
    + intros a' [<- | Ha]; [apply Rmax_l |].
      apply Rle_trans with c; [now apply Hlow | apply Rmax_r].
    + intros b Hb. apply Rmax_lub; [apply H; [now left | assumption] | now apply Hup].
Qed.

(** A solution of the smaller system gives one of the system. *)
Lemma elimination_complete n l x :
  layer_shaped (S n) l -> solves (elimination l) 0 x -> exists a, solves l 0 (a :: x).
Proof.
  intros Hl Hx. unfold solves, layer_shaped in *. rewrite Forall_forall in Hl, Hx.
  set (bound := fun g => - pre (rest g) x / lead g).
  destruct (between (map bound (filter negative l)) (map bound (filter positive l)))
    as (a & Hlow & Hup).
  { intros p q Hp Hq. apply in_map_iff in Hp, Hq.
    destruct Hp as (h & <- & Hh), Hq as (g & <- & Hg).
    assert (He : pre (eliminate g h) x <= 0).
    { apply Hx, in_or_app. right. apply in_flat_map. exists g. split; [assumption |].
      now apply in_map. }
    apply filter_In in Hg, Hh. destruct Hg as [Hg Hpos], Hh as [Hh Hneg].
    rewrite (pre_eliminate n) in He by auto.
    unfold positive in Hpos. unfold negative in Hneg.
    destruct (Rlt_dec 0 (lead g)) as [Hg0 |]; [| discriminate].
    destruct (Rlt_dec (lead h) 0) as [Hh0 |]; [| discriminate].
    unfold bound. apply Rmult_le_reg_l with (lead g * - lead h); [nra |].
    replace (lead g * - lead h * (- pre (rest h) x / lead h)) with (lead g * pre (rest h) x)
      by (field; lra).
    replace (lead g * - lead h * (- pre (rest g) x / lead g)) with (lead h * pre (rest g) x)
      by (field; lra).
    lra. }
  exists a. apply Forall_forall. intros g Hg. rewrite (pre_lead n) by auto.
  assert (Hb : lead g <> 0 -> pre (rest g) x = - (lead g * bound g)).
  { intros. unfold bound. field. assumption. }
  destruct (Rtotal_order (lead g) 0) as [Hneg | [Hzero | Hpos]].
  - assert (bound g <= a).
    { apply Hlow, in_map, filter_In. split; [assumption |]. unfold negative.
      destruct (Rlt_dec (lead g) 0); [reflexivity | lra]. }
    rewrite Hb by lra. nra.
  - assert (pre (rest g) x <= 0).
    { apply Hx, in_or_app. left. apply in_map, filter_In. split; [assumption |].
      unfold neutral, positive, negative.
      destruct (Rlt_dec 0 (lead g)), (Rlt_dec (lead g) 0); simpl; trivial; lra. }
    rewrite Hzero. lra.
  - assert (a <= bound g).
    { apply Hup, in_map, filter_In. split; [assumption |]. unfold positive.
      destruct (Rlt_dec 0 (lead g)); [reflexivity | lra]. }
    rewrite Hb by lra. nra.
Qed.

(** Conversely, a solution with slack t gives one of the smaller system with slack M t. *)
Lemma elimination_sound n l M t a x :
  layer_shaped (S n) l -> 0 <= t -> 1 <= M -> Forall (fun g => 2 * Rabs (lead g) <= M) l ->
  solves l t (a :: x) -> solves (elimination l) (M * t) x.
Proof.
  intros Hl Ht HM Hlead Hx. unfold solves, layer_shaped in *. rewrite Forall_forall in *.
  intros u Hu. apply in_app_or in Hu. destruct Hu as [Hu | Hu].
  - apply in_map_iff in Hu. destruct Hu as (g & <- & Hg). apply filter_In in Hg.
    destruct Hg as [Hg Hneutral]. specialize (Hx g Hg). rewrite (pre_lead n) in Hx by auto.
    unfold neutral, positive, negative in Hneutral.
    destruct (Rlt_dec 0 (lead g)), (Rlt_dec (lead g) 0); try discriminate.
    replace (lead g) with 0 in Hx by lra. nra.
  - apply in_flat_map in Hu. destruct Hu as (g & Hg & Hu). apply in_map_iff in Hu.
    destruct Hu as (h & <- & Hh). apply filter_In in Hg, Hh.
    destruct Hg as [Hg Hpos], Hh as [Hh Hneg]. rewrite (pre_eliminate n) by auto.
    pose proof (Hx g Hg) as Hxg. pose proof (Hx h Hh) as Hxh.
    rewrite (pre_lead n) in Hxg, Hxh by auto.
    pose proof (Hlead g Hg) as HMg. pose proof (Hlead h Hh) as HMh.
    unfold positive in Hpos. unfold negative in Hneg.
    destruct (Rlt_dec 0 (lead g)) as [Hg0 |]; [| discriminate].
    destruct (Rlt_dec (lead h) 0) as [Hh0 |]; [| discriminate].
    rewrite Rabs_right in HMg by lra. rewrite Rabs_left in HMh by lra.
    apply Rle_trans with ((lead g - lead h) * t); [| nra].
    assert (- lead h * (lead g * a + pre (rest g) x) <= - lead h * t)
      by (apply Rmult_le_compat_l; lra).
    assert (lead g * (lead h * a + pre (rest h) x) <= lead g * t)
      by (apply Rmult_le_compat_l; lra).
    lra.
Qed.

Lemma bounded (f : unit_of -> R) l : exists M, 1 <= M /\ Forall (fun g => f g <= M) l.
Proof.
  induction l as [| g l (M & HM & H)]; [exists 1; split; [lra | constructor] |].
  exists (Rmax (f g) M). split; [apply Rle_trans with M; [lra | apply Rmax_r] |].
  constructor; [apply Rmax_l |]. revert H. apply Forall_impl. intros h Hh.
  apply Rle_trans with M; [assumption | apply Rmax_r].
Qed.

(** A system has a solution, or it has none even when every inequality is relaxed by some t. *)
Theorem alternative n l :
  layer_shaped n l ->
  (exists x, length x = n /\ solves l 0 x) \/
  (exists t, 0 < t /\ forall x, length x = n -> ~ solves l t x).
Proof.
  revert l. induction n as [| n IH]; intros l Hl.
  - destruct (Forall_Exists_dec (fun g => pre g [] <= 0) (fun g => Rle_dec _ _) l) as [H | H].
    + left. exists []. split; trivial.
    + right. apply Exists_exists in H. destruct H as (g & Hg & H). exists (pre g [] / 2).
      split; [lra |]. intros [| a x] Hx; [| discriminate]. unfold solves. rewrite Forall_forall.
      intros Hall. specialize (Hall g Hg). lra.
  - destruct (IH (elimination l)) as [(x & Hx & H) | (t & Ht & H)];
      [now apply elimination_shaped | |].
    + left. destruct (elimination_complete n l x Hl H) as [a Ha]. exists (a :: x).
      split; [simpl; congruence | assumption].
    + right. destruct (bounded (fun g => 2 * Rabs (lead g)) l) as (M & HM & Hlead).
      assert (0 < t / M) by (apply Rdiv_lt_0_compat; lra).
      exists (t / M). split; [assumption |]. intros [| a x] Hx; [discriminate |]. intros Hsol.
      apply (H x); [simpl in Hx; lia |]. replace t with (M * (t / M)) by (field; lra).
      apply (elimination_sound n l M (t / M) a x); trivial. lra.
Qed.

(** ** Two images, then all of them *)

Lemma solves_app l l' t x : solves (l ++ l') t x <-> solves l t x /\ solves l' t x.
Proof. apply Forall_app. Qed.

Lemma solves_walls l t x :
  solves (flat_map walls l) t x <-> Forall (fun c => c - 1 <= t /\ - c - 1 <= t) (affine l x).
Proof.
  unfold solves, affine. rewrite Forall_map. induction l as [| g l IH]; [now split; constructor |].
  cbn [flat_map walls app]. rewrite !Forall_cons_iff, IH, !pre_shift, pre_opposite.
  unfold Rminus. tauto.
Qed.

Lemma separated_pair d F G :
  invertible d F -> invertible d G ->
  (forall x y, cube d x -> cube d y -> apply F x <> apply G y) ->
  exists t, 0 < t /\ forall u, length u = d -> ~ (penalty (undo F u) < t /\ penalty (undo G u) < t).
Proof.
  intros HF HG Hdisjoint.
  destruct (alternative d (flat_map walls (backward F ++ backward G))) as [H | H].
  - apply walls_shaped, layer_shaped_app; [apply HF | apply HG].
  - exfalso. destruct H as (u & Hu & H). rewrite flat_map_app, solves_app, !solves_walls in H.
    destruct H as [H1 H2]. apply (Hdisjoint (undo F u) (undo G u)).
    + split; [now apply undo_length |]. revert H1. apply Forall_impl. intros; lra.
    + split; [now apply undo_length |]. revert H2. apply Forall_impl. intros; lra.
    + destruct HF as (_ & _ & _ & _ & HF), HG as (_ & _ & _ & _ & HG).
      destruct (HF u Hu) as [_ ->], (HG u Hu) as [_ ->]. reflexivity.
  - destruct H as (t & Ht & H). exists t. split; [assumption |]. intros u Hu [H1 H2].
    apply (H u Hu). rewrite flat_map_app, solves_app, !solves_walls. split.
    + generalize (penalty_bounds (undo F u)). apply Forall_impl. intros; lra.
    + generalize (penalty_bounds (undo G u)). apply Forall_impl. intros; lra.
Qed.

(** A property of small enough t that holds for each i < n holds for all of them with one t. *)
Lemma common (P : nat -> R -> Prop) n :
  (forall i s t, P i t -> s <= t -> P i s) ->
  (forall i, (i < n)%nat -> exists t, 0 < t /\ P i t) ->
  exists t, 0 < t /\ forall i, (i < n)%nat -> P i t.
Proof.
  intros Hmono. induction n as [| n IH]; intros H; [exists 1; split; [lra | lia] |].
  destruct IH as (s & Hs & HPs); [intros i Hi; apply H; lia |].
  destruct (H n) as (t & Ht & HPt); [lia |].
  exists (Rmin s t). split; [now apply Rmin_glb_lt |]. intros i Hi.
  destruct (Nat.eq_dec i n) as [-> |].
  - apply Hmono with t; [assumption | apply Rmin_r].
  - apply Hmono with s; [apply HPs; lia | apply Rmin_l].
Qed.

Theorem separation d Fs :
  Forall (invertible d) Fs -> disjoint_images d Fs -> exists delta, separates d Fs delta.
Proof.
  intros Hinv Hdisjoint. rewrite Forall_forall in Hinv.
  set (P := fun i j t => forall u F G, length u = d ->
              nth_error Fs i = Some F -> nth_error Fs j = Some G -> i <> j ->
              ~ (penalty (undo F u) < t /\ penalty (undo G u) < t)).
  assert (Hmono : forall i j s t, P i j t -> s <= t -> P i j s).
  { intros i j s t HP Hst u F G Hu HF HG Hij [H1 H2]. apply (HP u F G); trivial. lra. }
  destruct (common (fun i t => forall j, (j < length Fs)%nat -> P i j t) (length Fs))
    as (t & Ht & H).
  - intros i s t HP Hst j Hj. apply Hmono with t; auto.
  - intros i Hi. apply common; [intros j; apply Hmono |]. intros j Hj.
    destruct (Nat.eq_dec i j) as [-> | Hij].
    { exists 1. split; [lra |]. intros u F G _ _ _ []. reflexivity. }
    destruct (nth_error Fs i) as [F |] eqn:EF; [| apply nth_error_None in EF; lia].
    destruct (nth_error Fs j) as [G |] eqn:EG; [| apply nth_error_None in EG; lia].
    destruct (separated_pair d F G) as (t & Ht & H).
    + apply Hinv. now apply nth_error_In with i.
    + apply Hinv. now apply nth_error_In with j.
    + intros x y. now apply (Hdisjoint i j).
    + exists t. split; [assumption |]. intros u F' G' Hu HF HG _.
      assert (F' = F) by congruence. assert (G' = G) by congruence. subst. now apply H.
  - exists t. split; [assumption |]. intros u i j F G Hu HF HG Hij.
    apply (H i) with (j := j); trivial; apply nth_error_Some; congruence.
Qed.

(** Conversely, separated images are disjoint. *)
Theorem separates_disjoint d Fs delta :
  Forall (invertible d) Fs -> separates d Fs delta -> disjoint_images d Fs.
Proof.
  intros Hinv [Hd Hsep] i j F G x y HF HG Hij Hx Hy E. rewrite Forall_forall in Hinv.
  destruct (Hinv F) as (HlF & _ & _ & _ & HuF); [now apply nth_error_In with i |].
  destruct (Hinv G) as (_ & _ & _ & _ & HuG); [now apply nth_error_In with j |].
  apply (Hsep (apply F x) i j F G); trivial; [now unfold apply; rewrite affine_length |].
  rewrite E at 2. destruct (HuF x (proj1 Hx)) as [-> _], (HuG y (proj1 Hy)) as [-> _].
  apply (penalty_zero d) in Hx; [| apply Hx]. apply (penalty_zero d) in Hy; [| apply Hy]. lra.
Qed.

(** ** Theorem 1 *)

Theorem theorem_1 (d : nat) (Fs : ifs) (n : nat) :
  (1 <= d)%nat -> (1 <= length Fs)%nat ->
  Forall (invertible d) Fs -> maps_into_base d Fs -> disjoint_images d Fs ->
  exists N : net,
    shaped d 1 N /\
    depth N = (2 * n + 1)%nat /\
    (width N <= 5 * d * length Fs)%nat /\
    forall x, length x = d -> (0 <= output N x <-> K d Fs n x).
Proof.
  intros Hd Hr Hinv Hbase Hdisjoint. destruct (separation d Fs Hinv Hdisjoint) as [delta Hsep].
  exists (theorem1_network d Fs delta (1 + 3 / delta) n).
  destruct (theorem1_separated d Fs delta (1 + 3 / delta) n) as (Hshape & Hdepth & _ & Hexact);
    trivial; [apply Rle_refl |].
  split; [assumption |]. split; [assumption |].
  split; [now apply theorem1_width_5dr | assumption].
Qed.
