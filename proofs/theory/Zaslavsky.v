(** * Regions of an arrangement: k affine forms cut R^d into at most sum_{i<=d} C(k,i) regions

    The forms are the units of a [layer]; the pattern of a point has one boolean per form, true
    where the form is > 0 and false where it is <= 0.  [zaslavsky]: at most Phi d k patterns are
    met on R^d.

    The talk counts "linear regions" without saying which.  Patterns met anywhere, on sets of any
    dimension, are the most generous count, and the bound holds for it: no genericity is assumed,
    forms may vanish identically or coincide, and the points that meet the patterns may lie on
    the boundaries.  (Patterns in {-,0,+} would not obey it: one form on R has three.)  The
    full-dimensional regions, and the patterns met where no form vanishes, are among them.

    The argument is the elementary one: a pattern of the other forms that extends both ways holds
    at a point of the hyperplane where the new form vanishes, which is an R^(d-1). *)

From Coq Require Import Reals List Lia Lra Bool.
From Exactnet Require Import Network.
Import ListNotations.
Open Scope R_scope.

(** ** Statements *)

Fixpoint binom (n k : nat) : nat :=
  match n, k with
  | _, O => 1
  | O, S _ => 0
  | S n', S k' => binom n' k' + binom n' (S k')
  end.

(** Phi d k = C(k,0) + ... + C(k,d). *)
Fixpoint Phi (d k : nat) : nat :=
  match d with
  | O => binom k 0
  | S d' => Phi d' k + binom k (S d')
  end.

(** 1 = positive, 0 = not positive. *)
Definition active (z : R) : bool := if Rlt_dec 0 z then true else false.

Definition pattern (l : layer) (x : vec) : list bool := map (fun u => active (pre u x)) l.

(** (1-s) x + s y *)
Fixpoint mix (s : R) (x y : vec) : vec :=
  match x, y with
  | a :: x', b :: y' => ((1 - s) * a + s * b) :: mix s x' y'
  | _, _ => []
  end.

(** ** Numbers *)

Lemma binom_0 : forall n, binom n 0 = 1%nat.
Proof. destruct n; reflexivity. Qed.

Lemma Phi_rec : forall d k, Phi (S d) (S k) = (Phi (S d) k + Phi d k)%nat.
Proof.
  induction d; intro k.
  - simpl. rewrite !binom_0. lia.
  - change (Phi (S (S d)) (S k)) with (Phi (S d) (S k) + binom (S k) (S (S d)))%nat.
    rewrite IHd. simpl. lia.
Qed.

Lemma Phi_0_l : forall k, Phi 0 k = 1%nat.
Proof. intro; apply binom_0. Qed.

Lemma Phi_0_r : forall d, Phi d 0 = 1%nat.
Proof. induction d; simpl in *; lia. Qed.

Lemma Phi_1 : forall k, Phi 1 k = S k.
Proof.
  induction k; [reflexivity|]. rewrite Phi_rec, IHk, Phi_0_l. lia.
Qed.

Lemma Phi_S_le : forall d k, (Phi d k <= Phi d (S k))%nat.
Proof.
  destruct d; intro k; [rewrite !Phi_0_l; lia | rewrite Phi_rec; lia].
Qed.

Lemma Phi_mono : forall d k k', (k <= k')%nat -> (Phi d k <= Phi d k')%nat.
Proof.
  intros d k k' H; induction H; [lia|]. pose proof (Phi_S_le d m); lia.
Qed.

Lemma Phi_pos : forall d k, (1 <= Phi d k)%nat.
Proof. intros. rewrite <- (Phi_0_r d). apply Phi_mono; lia. Qed.

(** ** Affine forms along a segment *)

Lemma mix_length : forall s x y, length x = length y -> length (mix s x y) = length x.
Proof.
  intro s; induction x as [|a x IH]; destruct y; simpl; intros; try lia.
  f_equal; apply IH; lia.
Qed.

Lemma dot_mix : forall s w x y, length x = length y ->
  dot w (mix s x y) = (1 - s) * dot w x + s * dot w y.
Proof.
  intros s w; induction w as [|c w IH]; intros x y H; simpl; [ring|].
  destruct x, y; simpl in *; try lia; [ring|]. rewrite IH by lia. ring.
Qed.

Lemma pre_mix : forall s u x y, length x = length y ->
  pre u (mix s x y) = (1 - s) * pre u x + s * pre u y.
Proof. intros. unfold pre. rewrite dot_mix by assumption. ring. Qed.

Lemma mix_0 : forall x y, length x = length y -> mix 0 x y = x.
Proof.
  induction x; destruct y; simpl; intros; try lia; try reflexivity.
  f_equal; [ring|apply IHx; lia].
Qed.

Lemma mix_1 : forall x y, length x = length y -> mix 1 x y = y.
Proof.
  induction x; destruct y; simpl; intros; try lia; try reflexivity.
  f_equal; [ring|apply IHx; lia].
Qed.

Lemma mix_mix : forall r s t x y, length x = length y ->
  mix r (mix s x y) (mix t x y) = mix ((1 - r) * s + r * t) x y.
Proof.
  intros r s t; induction x; destruct y; simpl; intros; try lia; try reflexivity.
  f_equal; [ring|apply IHx; lia].
Qed.

Lemma active_mix : forall s a b, 0 <= s <= 1 -> active a = active b ->
  active ((1 - s) * a + s * b) = active a.
Proof.
  intros s a b Hs. unfold active.
  destruct (Rlt_dec 0 a), (Rlt_dec 0 b), (Rlt_dec 0 ((1 - s) * a + s * b));
    intro; try discriminate; try reflexivity; exfalso.
  - destruct (Req_dec s 0); [subst; lra|]. nra.
  - nra.
Qed.

(** A region is convex. *)
Lemma pattern_mix : forall l s x y, length x = length y -> 0 <= s <= 1 ->
  pattern l x = pattern l y -> pattern l (mix s x y) = pattern l x.
Proof.
  intros l s x y Hl Hs. induction l as [|u l IH]; simpl; intro H; [reflexivity|].
  injection H as H1 H2. f_equal; [|auto].
  rewrite pre_mix by assumption. apply active_mix; assumption.
Qed.

(** Forms that are non-zero at x keep their sign on a first bit of the segment to y. *)
Lemma keep_sign : forall (l : layer) x y, length x = length y -> exists e, 0 < e <= 1 /\
  forall s u, 0 <= s <= e -> In u l ->
    (0 < pre u x -> 0 < pre u (mix s x y)) /\ (pre u x < 0 -> pre u (mix s x y) < 0).
Proof.
  intros l x y Hl; induction l as [|u l (e & He & IH)].
  - exists 1. split; [lra|]. intros s u _ [].
  - set (a := pre u x). set (b := pre u y).
    assert (Hd : exists e', 0 < e' <= 1 /\ forall s, 0 <= s <= e' ->
      (0 < a -> 0 < (1 - s) * a + s * b) /\ (a < 0 -> (1 - s) * a + s * b < 0)).
    { destruct (Req_dec a 0) as [H0|H0].
      - exists 1. split; [lra|]. intros; split; intro; lra.
      - assert (Ha : 0 < Rabs a) by (apply Rabs_pos_lt; assumption).
        assert (Hb : 0 <= Rabs b) by (apply Rabs_pos).
        set (q := 2 * (Rabs a + Rabs b)).
        exists (Rabs a / q).
        assert (Hq : 0 < q) by (unfold q; lra).
        assert (Hi : 0 < / q) by (apply Rinv_0_lt_compat; assumption).
        assert (Hdiv : Rabs a / q * q = Rabs a) by (field; lra).
        assert (Hpos : 0 < Rabs a / q) by (apply Rmult_lt_0_compat; assumption).
        split; [split; [assumption|]|].
        + apply (Rmult_le_reg_r q); [assumption|]. rewrite Hdiv. unfold q; lra.
        + intros s [Hs0 Hs1].
          assert (Hsq : s * q <= Rabs a)
            by (rewrite <- Hdiv; apply Rmult_le_compat_r; lra).
          unfold q in Hsq. unfold Rabs in *.
          destruct (Rcase_abs a), (Rcase_abs b); split; intro; nra. }
    destruct Hd as (e' & He' & Hd).
    exists (Rmin e e'). split.
    { split; [apply Rmin_glb_lt; lra|]. apply Rle_trans with e; [apply Rmin_l|lra]. }
    intros s v Hs [Hv|Hv].
    + subst v. rewrite pre_mix by assumption. apply Hd.
      split; [lra|]. apply Rle_trans with (Rmin e e'); [lra|apply Rmin_r].
    + apply IH; [|assumption].
      split; [lra|]. apply Rle_trans with (Rmin e e'); [lra|apply Rmin_l].
Qed.

(** ** Restricting forms to a hyperplane: eliminate one coordinate *)

Definition del {A} (j : nat) (l : list A) : list A := firstn j l ++ skipn (S j) l.

Lemma del_length : forall A j (l : list A), (j < length l)%nat ->
  length (del j l) = (length l - 1)%nat.
Proof.
  intros. unfold del. rewrite app_length, firstn_length, skipn_length. lia.
Qed.

Lemma dot_del : forall j w x, length w = length x ->
  (j < length w)%nat -> dot w x = nth j w 0 * nth j x 0 + dot (del j w) (del j x).
Proof.
  induction j; intros w x H Hj; destruct w, x; simpl in *; try lia.
  - reflexivity.
  - rewrite (IHj w x) by lia. unfold del. simpl. ring.
Qed.

(** c v + w, entry by entry *)
Fixpoint axpy (c : R) (v w : vec) : vec :=
  match v, w with
  | a :: v', b :: w' => (c * a + b) :: axpy c v' w'
  | _, _ => []
  end.

Lemma axpy_length : forall c v w, length v = length w -> length (axpy c v w) = length w.
Proof.
  intro c; induction v; destruct w; simpl; intros; try lia. rewrite IHv; lia.
Qed.

Lemma dot_axpy : forall c v w x, length v = length w ->
  dot (axpy c v w) x = c * dot v x + dot w x.
Proof.
  intro c; induction v; destruct w; simpl; intros; try lia; [ring|].
  destruct x; [ring|]. rewrite IHv by lia. ring.
Qed.

Lemma nth_axpy : forall c v w j, length v = length w -> (j < length v)%nat ->
  nth j (axpy c v w) 0 = c * nth j v 0 + nth j w 0.
Proof.
  intro c; induction v; destruct w; simpl; intros; try lia.
  destruct j; [reflexivity|]. apply IHv; lia.
Qed.

Definition add_unit (c : R) (f g : unit_of) : unit_of :=
  Unit (axpy c (weights f) (weights g)) (c * bias f + bias g).

(** g on the hyperplane f = 0, as a form in the coordinates other than j *)
Definition restrict (j : nat) (f g : unit_of) : unit_of :=
  let h := add_unit (- (nth j (weights g) 0 / nth j (weights f) 0)) f g in
  Unit (del j (weights h)) (bias h).

Lemma pre_add_unit : forall c f g x, length (weights f) = length (weights g) ->
  pre (add_unit c f g) x = c * pre f x + pre g x.
Proof. intros. unfold pre, add_unit; simpl. rewrite dot_axpy by assumption. ring. Qed.

Lemma restrict_shaped : forall j f g, length (weights f) = length (weights g) ->
  (j < length (weights f))%nat ->
  length (weights (restrict j f g)) = (length (weights f) - 1)%nat.
Proof.
  intros. unfold restrict; simpl. rewrite del_length; rewrite axpy_length; lia.
Qed.

Lemma pre_restrict : forall j f g z, length (weights f) = length (weights g) ->
  length z = length (weights f) -> (j < length z)%nat -> nth j (weights f) 0 <> 0 ->
  pre f z = 0 -> pre (restrict j f g) (del j z) = pre g z.
Proof.
  intros j f g z H1 H2 Hj Hne Hz.
  set (c := - (nth j (weights g) 0 / nth j (weights f) 0)).
  assert (H : pre (add_unit c f g) z = pre g z) by (rewrite pre_add_unit, Hz by lia; ring).
  rewrite <- H. unfold pre at 2. simpl weights. simpl bias.
  rewrite (dot_del j) by (rewrite axpy_length; lia).
  rewrite nth_axpy by lia. unfold pre, restrict; fold c; simpl.
  replace (c * nth j (weights f) 0 + nth j (weights g) 0) with 0; [ring|].
  unfold c; field; assumption.
Qed.

Lemma dot_zero : forall w x, Forall (fun c => c = 0) w -> dot w x = 0.
Proof.
  intros w x H; revert x; induction H; intro y; simpl; [reflexivity|].
  destruct y; [reflexivity|]. rewrite IHForall, H. ring.
Qed.

Lemma nonzero_entry : forall w, {j | (j < length w)%nat /\ nth j w 0 <> 0} +
                                {Forall (fun c => c = 0) w}.
Proof.
  induction w as [|a w IH]; [right; constructor|].
  destruct (Req_EM_T a 0) as [Ha|Ha].
  - destruct IH as [(j & Hj & Hn)|IH]; [|right; constructor; assumption].
    left. exists (S j). simpl. split; [lia|assumption].
  - left. exists 0%nat. simpl. split; [lia|assumption].
Qed.

(** ** Lists grouped by their head *)

Section Tails.
Variable A : Type.
Variable dec : forall a b : A, {a = b} + {a <> b}.

Definition tails (h : A) (l : list (list A)) : list (list A) :=
  flat_map (fun q => match q with a :: t => if dec h a then [t] else [] | [] => [] end) l.

Lemma in_tails : forall h l t, In t (tails h l) <-> In (h :: t) l.
Proof.
  intros. unfold tails. rewrite in_flat_map. split.
  - intros (q & Hq & Ht). destruct q as [|a q]; [destruct Ht|].
    destruct (dec h a); [|destruct Ht]. destruct Ht as [Ht|[]]. subst. assumption.
  - intro H. exists (h :: t). split; [assumption|].
    destruct (dec h h); [left; reflexivity|congruence].
Qed.

Lemma NoDup_tails : forall h l, NoDup l -> NoDup (tails h l).
Proof.
  intros h l H; induction H as [|q l Hq H IH]; simpl; [constructor|].
  destruct q as [|a q]; [assumption|]. destruct (dec h a); [|assumption].
  subst. constructor; [|assumption]. rewrite in_tails. assumption.
Qed.

(** If every list in [l] begins with an element of [hs], and at most M of them with each. *)
Lemma group_bound : forall (hs : list A) (l : list (list A)) M,
  (forall q, In q l -> exists h t, q = h :: t /\ In h hs) ->
  (forall h, In h hs -> (length (tails h l) <= M)%nat) ->
  (length l <= length hs * M)%nat.
Proof.
  induction hs as [|h hs IH]; intros l M Hl HM.
  - destruct l as [|q l]; [simpl; lia|].
    destruct (Hl q (or_introl eq_refl)) as (h & t & _ & []).
  - set (other := fun q : list A => match q with
                    a :: _ => if dec h a then false else true | [] => true end).
    assert (Hlen : length l = (length (tails h l) + length (filter other l))%nat).
    { clear. induction l as [|q l IHl]; [reflexivity|].
      simpl. destruct q as [|a q]; simpl; [lia|]. destruct (dec h a); simpl; lia. }
    assert (Hsub : forall h' l', (length (tails h' (filter other l')) <= length (tails h' l'))%nat).
    { clear. induction l' as [|q l' IHl]; [reflexivity|].
      simpl. destruct q as [|a q]; simpl; [lia|].
      destruct (dec h a); simpl; destruct (dec h' a); simpl; lia. }
    assert (H1 : (length (filter other l) <= length hs * M)%nat).
    { apply IH.
      - intros q Hq. apply filter_In in Hq. destruct Hq as [Hq Ho].
        destruct (Hl q Hq) as (h' & t & -> & [E|Hin]); [|exists h', t; auto].
        subst h'. simpl in Ho. destruct (dec h h); congruence.
      - intros h' Hh'. eapply Nat.le_trans; [apply Hsub|]. apply HM. right; assumption. }
    specialize (HM h (or_introl eq_refl)). simpl. lia.
Qed.

End Tails.
Arguments tails {A}.

Lemma NoDup_app_disjoint : forall A (l m : list A),
  NoDup l -> NoDup m -> (forall a, In a l -> ~ In a m) -> NoDup (l ++ m).
Proof.
  intros A l m Hl Hm H; induction Hl; simpl; [assumption|].
  constructor.
  - rewrite in_app_iff. intros [?|?]; [contradiction|]. apply (H x); simpl; auto.
  - apply IHHl. intros a Ha. apply H. right; assumption.
Qed.

(** ** The count *)

Theorem zaslavsky : forall (d : nat) (l : layer) (ps : list (list bool)),
  layer_shaped d l -> NoDup ps ->
  (forall p, In p ps -> exists x, length x = d /\ pattern l x = p) ->
  (length ps <= Phi d (length l))%nat.
Proof.
  intros d l. remember (length l) as k eqn:Ek. revert d l Ek.
  induction k as [|k IH]; intros d [|f l] Ek ps Hsh Hnd Hps; try discriminate.
  - assert (H : (length ps <= length [@nil bool])%nat).
    { apply NoDup_incl_length; [assumption|]. intros p Hp.
      destruct (Hps p Hp) as (x & _ & <-). left; reflexivity. }
    simpl in H. pose proof (Phi_pos d 0). lia.
  - inversion Hsh as [|? ? Hf Hl]; subst. injection Ek as Ek.
    set (T := tails bool_dec true ps). set (F := tails bool_dec false ps).
    set (in_T := fun p => if in_dec (list_eq_dec bool_dec) p T then true else false).
    set (B := filter in_T F).
    set (N := filter (fun p => negb (in_T p)) F).
    assert (Hlen : length ps = (length T + length N + length B)%nat).
    { assert (H1 : length ps = (length T + length F)%nat).
      { unfold T, F. clear - Hps.
        assert (Hne : forall p, In p ps -> p <> []).
        { intros p Hp E. destruct (Hps p Hp) as (x & _ & Hx). subst p. discriminate. }
        clear Hps. induction ps as [|p ps IHp]; [reflexivity|].
        simpl. rewrite !app_length, IHp by (intros; apply Hne; right; assumption).
        destruct p as [|[|] p]; simpl; [|lia|lia].
        exfalso. apply (Hne []); [left|]; reflexivity. }
      assert (H2 : length F = (length N + length B)%nat).
      { unfold N, B. clear. induction F as [|p F IHF]; [reflexivity|].
        simpl. destruct (in_T p); simpl; lia. }
      lia. }
    assert (HT : NoDup T) by (apply NoDup_tails; assumption).
    assert (HF : NoDup F) by (apply NoDup_tails; assumption).
    assert (HA : (length (T ++ N) <= Phi (length (weights f)) k)%nat).
    { apply (IH _ l); [assumption|assumption| |].
      - apply NoDup_app_disjoint; [assumption|apply NoDup_filter; assumption|].
        intros p Hp HN. apply filter_In in HN. destruct HN as [_ HN]. unfold in_T in HN.
        destruct (in_dec _ p T); [discriminate|contradiction].
      - intros p Hp. apply in_app_iff in Hp.
        assert (H : exists b, In (b :: p) ps).
        { destruct Hp as [Hp|Hp]; [exists true; apply in_tails in Hp; assumption|].
          apply filter_In in Hp. exists false. apply (in_tails _ bool_dec), (proj1 Hp). }
        destruct H as (b & H). destruct (Hps _ H) as (x & Hx & Hs).
        exists x. split; [assumption|]. injection Hs as _ Hs. assumption. }
    rewrite app_length in HA.
    (* the patterns in B extend both ways: they hold at a point where f vanishes *)
    assert (HB : forall p, In p B -> exists z, length z = length (weights f) /\
      pre f z = 0 /\ pattern l z = p /\ ~ Forall (fun c => c = 0) (weights f)).
    { intros p Hp. apply filter_In in Hp. destruct Hp as [Hp Hin]. unfold in_T in Hin.
      destruct (in_dec _ p T) as [Hin'|]; [|discriminate].
      apply in_tails in Hp. apply in_tails in Hin'.
      destruct (Hps _ Hin') as (x & Hx & Hsx). destruct (Hps _ Hp) as (y & Hy & Hsy).
      injection Hsx as Hax Hsx. injection Hsy as Hay Hsy.
      unfold active in Hax, Hay.
      destruct (Rlt_dec 0 (pre f x)) as [H1|]; [|discriminate].
      destruct (Rlt_dec 0 (pre f y)) as [|H2]; [discriminate|].
      set (s := pre f x / (pre f x - pre f y)).
      assert (Hs : s * (pre f x - pre f y) = pre f x) by (unfold s; field; lra).
      exists (mix s x y). split; [rewrite mix_length; lia|]. split; [|split].
      - rewrite pre_mix by lia. lra.
      - rewrite pattern_mix; [assumption|lia| |congruence]. split; nra.
      - intro Hz. unfold pre in H1, H2. rewrite dot_zero in H1, H2 by assumption. lra. }
    destruct (nonzero_entry (weights f)) as [(j & Hj & Hne)|Hzero].
    + destruct (length (weights f)) as [|d] eqn:Ed; [lia|].
      assert (Hall : forall u, In u l -> length (weights u) = S d)
        by (apply Forall_forall; assumption).
      assert (HB' : (length B <= Phi d k)%nat).
      { apply (IH d (map (restrict j f) l)).
        - rewrite map_length; assumption.
        - apply Forall_forall. intros u Hu. apply in_map_iff in Hu.
          destruct Hu as (g & <- & Hg). specialize (Hall g Hg).
          rewrite restrict_shaped; lia.
        - apply NoDup_filter; assumption.
        - intros p Hp. destruct (HB p Hp) as (z & Hz & Hfz & Hpz & _).
          exists (del j z). split; [rewrite del_length; lia|].
          rewrite <- Hpz. unfold pattern. rewrite map_map. apply map_ext_in.
          intros g Hg. specialize (Hall g Hg). rewrite pre_restrict by (assumption || lia).
          reflexivity. }
      rewrite Phi_rec. lia.
    + assert (HBe : B = []).
      { destruct B as [|p B]; [reflexivity|].
        destruct (HB p (or_introl eq_refl)) as (z & _ & _ & _ & Hn). contradiction. }
      rewrite HBe in Hlen. simpl in Hlen.
      pose proof (Phi_S_le (length (weights f)) k). lia.
Qed.
