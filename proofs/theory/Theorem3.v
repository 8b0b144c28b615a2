(** * Theorem 3, part 2, in one dimension: shallow networks pay for the fine levels

    [theorem3]: on K_0 in R^1, let the positives and the negatives of K_j be spread equally over
    the r^j cells of level j.  Then for every s with k < r^s, every network with t hidden layers
    of width at most k has 0-1 loss at least (1 - r^(st-j)) (1 - P(j)).

    Hypotheses, exactly.
    - d = 1 (the talk's poster says so, its slides do not).  In the plane one line can cross
      every cell: [theorem3_fails_in_the_plane].
    - "Spread equally" is needed at level j only: each cell has 1/r^j of the positive mass 1/2,
      and 1/r^j of the negative mass inside K_j, which is 1 - P(j) <= 1/2.  How a cell's mass
      lies inside the cell does not matter, nor at which deeper level its negatives are.
    - t < j/s is not needed: otherwise the bound is <= 0.
    - A distribution is a pair of set functions [mass], monotone and superadditive on disjoint
      sets: the inner measure of any finite measure is one, and equals it on measurable sets
      such as the cells and {N < 0}.  [points] are the finite ones.

    Why it is true: not because an affine piece misjudges every cell that it covers, as a picture
    suggests (it can get half of the positives of a cell right and all negatives), but because a
    cell on which the sign is constant costs 1 - P(j) over r^j, and an affine piece on R changes
    sign once: at most (k+1)^t <= r^(st) cells see both signs ([mixed_cells]). *)

From Coq Require Import Reals List Lia Lra Bool ClassicalDedekindReals.
From Exactnet Require Import Network Prefractal Zaslavsky Regions Theorem2.
Import ListNotations.
Open Scope R_scope.

(** ** Statements *)

Record mass := Mass {
  mu :> (vec -> Prop) -> R;
  mu_nonneg : forall A, 0 <= mu A;
  mu_mono : forall A B : vec -> Prop, (forall x, A x -> B x) -> mu A <= mu B;
  mu_disjoint : forall A B : vec -> Prop, (forall x, A x -> ~ B x) ->
    mu A + mu B <= mu (fun x => A x \/ B x) }.

(** Positives where the output is negative, and negatives where it is not. *)
Definition loss (pos neg : mass) (N : net) : R :=
  pos (fun x => out N x < 0) + neg (fun x => 0 <= out N x).

Definition cell (d : nat) (w : list generator) (x : vec) : Prop :=
  length x = d /\ in_cell d w x.

(** P(j) = 1 - Pr[x in K_j and y = -1] *)
Definition P (d : nat) (Fs : ifs) (neg : mass) (j : nat) : R := 1 - neg (K d Fs j).

(** Half of the mass is positive, and level j is spread equally over its cells. *)
Definition spread_equally (d : nat) (Fs : ifs) (pos neg : mass) (j : nat) : Prop :=
  1 / 2 <= P d Fs neg j /\
  forall w, In w (addresses Fs j) ->
    pos (cell d w) = 1 / 2 / INR (length Fs) ^ j /\
    neg (cell d w) = (1 - P d Fs neg j) / INR (length Fs) ^ j.

(** ** The affine function of a network on a region *)

Fixpoint affine_of (d : nat) (ls : list layer) (Q : list (list bool)) (a : layer) : layer :=
  match ls, Q with
  | l :: ls', p :: Q' => affine_of d ls' Q' (select d p (compose d l a))
  | _, _ => a
  end.

(** The affine function that N is where the activation pattern is Q. *)
Definition piece (d : nat) (N : net) (Q : list (list bool)) (x : vec) : R :=
  hd 0 (affine (readout N) (affine (affine_of d (layers N) Q (identity d)) x)).

Lemma piece_mix : forall d N Q s x y, length x = length y ->
  piece d N Q (mix s x y) = (1 - s) * piece d N Q x + s * piece d N Q y.
Proof.
  intros d N Q s x y H. unfold piece.
  rewrite !affine_mix by (rewrite ?affine_length; auto).
  destruct (readout N); simpl; ring.
Qed.

(** Just after x on the way to y the pattern is constant, and x is in that region's closure. *)
Lemma layer_near : forall d f x y, length x = length y -> exists e p, 0 < e <= 1 /\
  (forall s, 0 < s <= e -> pattern f (mix s x y) = p) /\
  affine (select d p f) x = map relu (affine f x).
Proof.
  intros d f x y Hl. destruct (keep_sign f x y Hl) as (e & He & Hk).
  set (b := fun u => if Rlt_dec 0 (pre u x) then true
                     else if Rlt_dec (pre u x) 0 then false else active (pre u y)).
  exists e, (map b f). split; [assumption|]. split.
  - intros s Hs. apply map_ext_in. intros u Hu.
    destruct (Hk s u ltac:(lra) Hu) as [H1 H2]. unfold b.
    destruct (Rlt_dec 0 (pre u x)) as [Hp|Hp]; [specialize (H1 Hp)|].
    { unfold active. destruct (Rlt_dec 0 (pre u (mix s x y))); [reflexivity|lra]. }
    destruct (Rlt_dec (pre u x) 0) as [Hn|Hn]; [specialize (H2 Hn)|].
    { unfold active. destruct (Rlt_dec 0 (pre u (mix s x y))); [lra|reflexivity]. }
    rewrite pre_mix by assumption. replace (pre u x) with 0 by lra.
    unfold active. destruct (Rlt_dec 0 ((1 - s) * 0 + s * pre u y)), (Rlt_dec 0 (pre u y));
      try reflexivity; exfalso; nra.
  - clear Hk. induction f as [|u f IH]; [reflexivity|]. simpl. f_equal; [|assumption].
    assert (H0 : pre (Unit (repeat 0 d) 0) x = 0).
    { unfold pre; simpl. rewrite dot_zero by apply Forall_repeat0. ring. }
    unfold b, relu. destruct (Rlt_dec 0 (pre u x)); [rewrite Rmax_left; lra|].
    rewrite Rmax_right by lra. destruct (Rlt_dec (pre u x) 0); [assumption|].
    destruct (active (pre u y)); lra.
Qed.

Lemma near_from : forall d ls a x y, layer_shaped d a -> length x = length y ->
  exists e Q, 0 < e <= 1 /\
  (forall s, 0 < s <= e -> activation ls (affine a (mix s x y)) = Q) /\
  fold_left (fun v l => hidden l v) ls (affine a x) = affine (affine_of d ls Q a) x.
Proof.
  intros d ls. induction ls as [|l ls IH]; intros a x y Ha Hl.
  - exists 1, []. split; [lra|]. split; reflexivity.
  - set (f := compose d l a).
    assert (Hf : layer_shaped d f) by (apply compose_shaped; assumption).
    destruct (layer_near d f x y Hl) as (e1 & p & He1 & Hp & Hx).
    destruct (IH (select d p f) x y) as (e2 & Q & He2 & HQ & HxQ);
      [apply select_shaped; assumption|assumption|].
    exists (Rmin e1 e2), (p :: Q). split; [|split].
    + split; [apply Rmin_glb_lt; lra|]. apply Rle_trans with e1; [apply Rmin_l|lra].
    + intros s Hs. pose proof (Rmin_l e1 e2). pose proof (Rmin_r e1 e2). simpl.
      assert (Hps : pattern f (mix s x y) = p) by (apply Hp; lra).
      assert (Haff : affine f (mix s x y) = affine l (affine a (mix s x y)))
        by (apply affine_compose; assumption).
      f_equal.
      * rewrite <- Hps, !pattern_affine, Haff. reflexivity.
      * rewrite <- (HQ s) by lra. f_equal. unfold hidden. rewrite <- Haff, <- Hps.
        symmetry. apply affine_select.
    + simpl. fold f. rewrite <- HxQ. f_equal. rewrite Hx. unfold f.
      rewrite affine_compose by assumption. reflexivity.
Qed.

Lemma near : forall d N x y, length x = d -> length y = d -> exists e Q, 0 < e <= 1 /\
  (forall s, 0 < s <= e -> activation (layers N) (mix s x y) = Q) /\ out N x = piece d N Q x.
Proof.
  intros d N x y Hx Hy.
  destruct (near_from d (layers N) (identity d) x y) as (e & Q & He & HQ & HxQ);
    [apply identity_shaped|lia|].
  exists e, Q. split; [assumption|]. split.
  - intros s Hs. rewrite <- (HQ s Hs). f_equal. symmetry. apply affine_identity.
    rewrite mix_length; lia.
  - unfold out, piece, eval. rewrite <- HxQ, affine_identity by assumption. reflexivity.
Qed.

Lemma mix_same : forall s x, mix s x x = x.
Proof. intros s x. induction x; simpl; [reflexivity|]. f_equal; [ring|assumption]. Qed.

Lemma out_piece : forall d N x, length x = d ->
  out N x = piece d N (activation (layers N) x) x.
Proof.
  intros d N x Hx. destruct (near d N x x Hx Hx) as (e & Q & He & HQ & H).
  rewrite <- (HQ e) in H by lra. rewrite mix_same in H. assumption.
Qed.

(** A change of sign on a segment happens inside one region's affine function. *)
Lemma crossing : forall d N a b, length a = d -> length b = d ->
  0 <= out N a -> out N b < 0 ->
  exists s1 s2 s3, 0 <= s1 <= 1 /\ 0 <= s2 <= 1 /\ 0 <= s3 <= 1 /\
    let Q := activation (layers N) (mix s3 a b) in
    0 <= piece d N Q (mix s1 a b) /\ piece d N Q (mix s2 a b) < 0.
Proof.
  intros d N a b Ha Hb Hoa Hob.
  assert (Hl : length a = length b) by lia.
  set (E := fun s => 0 <= s <= 1 /\ 0 <= out N (mix s a b)).
  assert (HE0 : E 0) by (split; [lra|]; rewrite mix_0; assumption).
  destruct (completeness E) as (m & Hub & Hlub).
  { exists 1. intros s [Hs _]. lra. }
  { exists 0. assumption. }
  assert (Hm : 0 <= m <= 1).
  { split; [apply Hub; assumption|]. apply Hlub. intros s [Hs _]. lra. }
  set (z := mix m a b).
  assert (Hlz : length z = d) by (unfold z; rewrite mix_length; assumption).
  destruct (Rle_dec 0 (out N z)) as [Hoz|Hoz].
  - assert (Hm1 : m < 1).
    { destruct (Rlt_dec m 1); [assumption|]. exfalso. unfold z in Hoz.
      replace m with 1 in Hoz by lra. rewrite mix_1 in Hoz by assumption. lra. }
    destruct (near d N z b Hlz Hb) as (e & Q & He & HQ & Hz).
    assert (Ht : mix e z b = mix ((1 - e) * m + e * 1) a b).
    { rewrite <- mix_mix, (mix_1 a b) by assumption. reflexivity. }
    set (t := (1 - e) * m + e * 1) in *.
    assert (Ht01 : m < t <= 1) by (unfold t; nra).
    exists m, t, t. split; [assumption|]. split; [lra|]. split; [lra|].
    rewrite <- Ht, (HQ e) by lra. split; [fold z; lra|].
    rewrite <- (HQ e) by lra. rewrite Ht, <- out_piece by (rewrite mix_length; assumption).
    apply Rnot_le_lt. intro Hle. assert (t <= m) by (apply Hub; split; [lra|assumption]). lra.
  - assert (Hm0 : 0 < m).
    { destruct (Rlt_dec 0 m); [assumption|]. exfalso. apply Hoz. unfold z.
      replace m with 0 by lra. rewrite mix_0; assumption. }
    destruct (near d N z a Hlz Ha) as (e & Q & He & HQ & Hz).
    assert (Ht : forall s, mix s z a = mix ((1 - s) * m + s * 0) a b).
    { intro s. rewrite <- mix_mix, (mix_0 a b) by assumption. reflexivity. }
    assert (Hout : forall s, 0 < s <= e ->
      out N (mix s z a) = (1 - s) * out N z + s * piece d N Q a).
    { intros s Hs. rewrite (out_piece d) by (rewrite mix_length; lia).
      rewrite HQ, piece_mix, Hz by lia || assumption. reflexivity. }
    destruct (Rle_dec 0 (out N (mix e z a))) as [Hoe|Hoe].
    + exists ((1 - e) * m + e * 0), m, ((1 - e) * m + e * 0).
      split; [nra|]. split; [assumption|]. split; [nra|].
      rewrite <- Ht. split.
      * rewrite <- out_piece by (rewrite mix_length; lia). assumption.
      * rewrite HQ by lra. fold z. lra.
    + exfalso. rewrite Hout in Hoe by lra.
      assert (m <= (1 - e) * m).
      { apply Hlub. intros s [Hs Hos]. apply Rnot_lt_le. intro Hlt.
        assert (Hsm : s <= m) by (apply Hub; split; assumption).
        set (q := 1 - s / m).
        assert (Hq : (1 - q) * m + q * 0 = s) by (unfold q; field; lra).
        rewrite <- Hq, <- Ht in Hos.
        destruct (Req_dec s m) as [->|Hne].
        { assert (q = 0) by (unfold q; field; lra).
          rewrite H, mix_0 in Hos by lia. lra. }
        assert (Hq0 : 0 < q) by nra. assert (Hqe : q <= e) by nra.
        rewrite Hout in Hos by lra. nra. }
      nra.
Qed.

(** ** Cells that see both signs *)

(** A convex set of inputs of R^1 *)
Definition interval (C : vec -> Prop) : Prop :=
  (forall x, C x -> length x = 1%nat) /\
  forall x y s, 0 <= s <= 1 -> C x -> C y -> C (mix s x y).

Definition mixed (N : net) (C : vec -> Prop) : Prop :=
  exists a b, C a /\ C b /\ 0 <= out N a /\ out N b < 0.

Definition disjoint (C D : vec -> Prop) : Prop := forall x, C x -> ~ D x.

(** Q is met, and its affine function changes sign inside C. *)
Definition crosses (N : net) (Q : list (list bool)) (C : vec -> Prop) : Prop :=
  (exists x, length x = 1%nat /\ activation (layers N) x = Q) /\
  exists c b, C c /\ C b /\ 0 <= piece 1 N Q c /\ piece 1 N Q b < 0.

Lemma mixed_crosses : forall N C, interval C -> mixed N C -> exists Q, crosses N Q C.
Proof.
  intros N C [Hlen Hmix] (a & b & Ha & Hb & Hoa & Hob).
  destruct (crossing 1 N a b) as (s1 & s2 & s3 & H1 & H2 & H3 & HQ); auto.
  exists (activation (layers N) (mix s3 a b)). split.
  - exists (mix s3 a b). split; [|reflexivity]. apply Hlen, Hmix; assumption.
  - exists (mix s1 a b), (mix s2 a b). split; [apply Hmix; assumption|].
    split; [apply Hmix; assumption|]. exact HQ.
Qed.

(** An affine function on R changes sign in one point. *)
Lemma crosses_once : forall N Q C D, interval C -> interval D -> disjoint C D ->
  crosses N Q C -> ~ crosses N Q D.
Proof.
  intros N Q C D [HlC HC] [HlD HD] Hdis (_ & c & b & Hc & Hb & Hgc & Hgb)
    (_ & c' & b' & Hc' & Hb' & Hgc' & Hgb').
  assert (Hzero : forall x y, length x = 1%nat -> length y = 1%nat ->
    0 <= piece 1 N Q x -> piece 1 N Q y < 0 ->
    exists s, 0 <= s <= 1 /\ piece 1 N Q (mix s x y) = 0).
  { intros x y Hx Hy H1 H2. set (g := piece 1 N Q x) in *. set (h := piece 1 N Q y) in *.
    exists (g / (g - h)).
    assert (Hs : g / (g - h) * (g - h) = g) by (field; lra).
    split; [split; nra|]. rewrite piece_mix by lia. fold g h. lra. }
  destruct (Hzero c b) as (s & Hs & Hz); auto.
  destruct (Hzero c' b') as (s' & Hs' & Hz'); auto.
  assert (Hin : C (mix s c b)) by auto. assert (Hin' : D (mix s' c' b')) by auto.
  revert Hz Hz' Hin Hin'. generalize (mix s c b) as z, (mix s' c' b') as z'.
  intros z z' Hz Hz' Hin Hin'.
  pose proof (HlC _ Hin) as Hlz. pose proof (HlD _ Hin') as Hlz'. pose proof (HlC _ Hb) as Hlb.
  destruct z as [|u [|]]; try discriminate. destruct z' as [|v [|]]; try discriminate.
  destruct b as [|y [|]]; try discriminate.
  destruct (Req_dec u v) as [->|Huv]; [apply (Hdis [v]); assumption|].
  assert (Hy : [y] = mix ((y - u) / (v - u)) [u] [v]) by (simpl; f_equal; field; lra).
  rewrite Hy, piece_mix, Hz, Hz' in Hgb by reflexivity. lra.
Qed.

Lemma mixed_cells : forall k N (cells : list (vec -> Prop)),
  shaped 1 1 N -> (width N <= k)%nat ->
  Forall interval cells -> ForallOrdPairs disjoint cells -> Forall (mixed N) cells ->
  (length cells <= S k ^ depth N)%nat.
Proof.
  intros k N cells Hs Hk Hint Hdis Hmix.
  assert (H : exists Qs, Forall2 (crosses N) Qs cells).
  { clear Hdis. induction cells as [|C cells IH]; [exists []; constructor|].
    inversion Hint; inversion Hmix; subst. destruct IH as (Qs & HQs); auto.
    destruct (mixed_crosses N C) as (Q & HQ); auto. exists (Q :: Qs). constructor; auto. }
  destruct H as (Qs & HQs).
  assert (Hlen : length cells = length Qs)
    by (clear - HQs; induction HQs; simpl; congruence).
  rewrite Hlen. apply (regions_line 1%nat k N); try assumption. split.
  - clear Hmix Hlen. induction HQs as [|Q C Qs cells HQ HQs IH]; constructor.
    + intro Hin. inversion Hdis as [|? ? HC _]; inversion Hint as [|? ? HiC Hint']; subst.
      clear IH Hdis Hint. induction HQs as [|Q' D Qs cells HQ' HQs IH]; [destruct Hin|].
      inversion HC; inversion Hint'; subst. destruct Hin as [->|Hin]; [|apply IH; assumption].
      apply (crosses_once N Q C D); assumption.
    + inversion Hdis; inversion Hint; subst. apply IH; assumption.
  - clear - HQs. induction HQs as [|Q C Qs cells HQ HQs IH]; intros p Hp; [destruct Hp|].
    destruct Hp as [<-|Hp]; [apply HQ|apply IH; assumption].
Qed.

(** ** The loss *)

Fixpoint total (m : (vec -> Prop) -> R) (cells : list (vec -> Prop)) : R :=
  match cells with
  | [] => 0
  | C :: cells' => m C + total m cells'
  end.

Lemma total_le : forall (m : mass) A cells, ForallOrdPairs disjoint cells ->
  total (fun C => m (fun x => C x /\ A x)) cells <= m A.
Proof.
  intros m A cells H.
  apply Rle_trans with (m (fun x => (exists C, In C cells /\ C x) /\ A x));
    [|apply mu_mono; intros x [_ Hx]; assumption].
  induction H as [|C cells HC H IH]; simpl; [apply mu_nonneg|].
  eapply Rle_trans; [apply Rplus_le_compat_l; exact IH|].
  eapply Rle_trans; [apply mu_disjoint|apply mu_mono].
  - intros x [HCx _] [(D & HD & HDx) _]. rewrite Forall_forall in HC.
    apply (HC D HD x); assumption.
  - intros x [[HCx HAx]|[(D & HD & HDx) HAx]]; (split; [|assumption]).
    + exists C. auto.
    + exists D. auto.
Qed.

(** The sign of N is constant on all but (k+1)^t of the cells, and each of those costs q. *)
Theorem theorem3_cells : forall k N (pos neg : mass) (cells : list (vec -> Prop)) q,
  shaped 1 1 N -> (width N <= k)%nat ->
  Forall interval cells -> ForallOrdPairs disjoint cells ->
  0 <= q -> (forall C, In C cells -> q <= pos C /\ q <= neg C) ->
  (INR (length cells) - INR (S k ^ depth N)) * q <= loss pos neg N.
Proof.
  intros k N pos neg cells q Hs Hk Hint Hdis Hq Hmass.
  set (is_mixed := fun C => if sig_not_dec (mixed N C) then true else false).
  assert (Hcount : (length (filter is_mixed cells) <= S k ^ depth N)%nat).
  { assert (Hnn : ~ ~ Forall (mixed N) (filter is_mixed cells)).
    { clear. induction cells as [|C cells IH]; simpl; [intro H; apply H; constructor|].
      unfold is_mixed at 1. destruct (sig_not_dec (mixed N C)) as [HC|]; [|assumption].
      intro H. apply HC. intro HC'. apply IH. intro IH'. apply H. constructor; assumption. }
    apply Nat.nlt_ge. intro Hlt. apply Hnn. intro Hall. apply Nat.lt_nge in Hlt. apply Hlt.
    apply mixed_cells; try assumption.
    - apply Forall_forall. intros C HC. apply filter_In in HC.
      rewrite Forall_forall in Hint. apply Hint, (proj1 HC).
    - clear - Hdis. induction Hdis as [|C cells HC H IH]; simpl; [constructor|].
      destruct (is_mixed C); [|assumption]. constructor; [|assumption].
      apply Forall_forall. intros D HD. apply filter_In in HD.
      rewrite Forall_forall in HC. apply HC, (proj1 HD). }
  apply Rle_trans with (total (fun C => pos (fun x => C x /\ out N x < 0)) cells +
                        total (fun C => neg (fun x => C x /\ 0 <= out N x)) cells).
  2: { apply Rplus_le_compat; apply total_le; assumption. }
  apply Rle_trans with ((INR (length cells) - INR (length (filter is_mixed cells))) * q).
  { apply Rmult_le_compat_r; [assumption|]. apply le_INR in Hcount. lra. }
  clear Hcount Hint Hdis. induction cells as [|C cells IH]; [simpl; lra|].
  specialize (IH (fun D HD => Hmass D (or_intror HD))).
  destruct (Hmass C (or_introl eq_refl)) as [Hpos Hneg].
  pose proof (mu_nonneg pos (fun x => C x /\ out N x < 0)) as Hp0.
  pose proof (mu_nonneg neg (fun x => C x /\ 0 <= out N x)) as Hn0.
  change (length (C :: cells)) with (S (length cells)). simpl total. simpl filter.
  unfold is_mixed at 1. rewrite S_INR.
  destruct (sig_not_dec (mixed N C)) as [HC|HC].
  { change (length (C :: filter is_mixed cells)) with (S (length (filter is_mixed cells))).
    rewrite S_INR. lra. }
  assert (Hcost : q <= pos (fun x => C x /\ out N x < 0) + neg (fun x => C x /\ 0 <= out N x)).
  { destruct (sig_not_dec (exists b, C b /\ out N b < 0)) as [Hb|Hb].
    - assert (pos C <= pos (fun x => C x /\ out N x < 0)); [|lra].
      apply mu_mono. intros x Hx. split; [assumption|]. apply Rnot_le_lt. intro Hle.
      apply Hb. intros (b & HCb & Hob). apply HC. exists x, b. auto.
    - assert (neg C <= neg (fun x => C x /\ 0 <= out N x)); [|lra].
      apply mu_mono. intros x Hx. split; [assumption|]. apply Rnot_lt_le. intro Hlt.
      apply Hb. exists x. auto. }
  lra.
Qed.

(** ** The theorem for an IFS on the line *)

Lemma cell_interval : forall Fs w, Forall (invertible 1) Fs -> Forall (fun F => In F Fs) w ->
  interval (cell 1 w).
Proof.
  intros Fs w Hinv Hw. split; [intros x [Hx _]; assumption|].
  intros x y s Hs [Hx Hcx] [Hy Hcy]. split; [rewrite mix_length; lia|].
  assert (HP : forall z, length z = 1%nat ->
    (poly (cell_poly 1 w (identity 1)) z <-> in_cell 1 w z)).
  { intros z Hz. rewrite (cell_poly_spec 1 Fs); [|assumption|assumption|
      apply identity_shaped|apply identity_length].
    rewrite affine_identity by assumption. reflexivity. }
  apply HP in Hcx; [|assumption]. apply HP in Hcy; [|assumption].
  apply HP; [rewrite mix_length; lia|].
  unfold poly in *. rewrite Forall_forall in *. intros u Hu.
  rewrite pre_mix by lia. specialize (Hcx u Hu). specialize (Hcy u Hu). nra.
Qed.

Theorem theorem3 : forall Fs (pos neg : mass) j s k N,
  Forall (invertible 1) Fs -> maps_into_base 1 Fs -> disjoint_images 1 Fs ->
  (1 <= length Fs)%nat -> spread_equally 1 Fs pos neg j ->
  shaped 1 1 N -> (width N <= k)%nat -> (k < length Fs ^ s)%nat ->
  (1 - INR (length Fs) ^ (s * depth N) / INR (length Fs) ^ j) * (1 - P 1 Fs neg j)
    <= loss pos neg N.
Proof.
  intros Fs pos neg j s k N Hinv Hbase Hdisj Hr [HP Hspread] Hs Hk Hks.
  set (r := length Fs) in *.
  assert (Hr0 : 0 < INR r ^ j) by (apply pow_lt, lt_0_INR; lia).
  assert (Hi : 0 < / INR r ^ j) by (apply Rinv_0_lt_compat; assumption).
  assert (HP0 : 0 <= 1 - P 1 Fs neg j).
  { unfold P. pose proof (mu_nonneg neg (K 1 Fs j)). lra. }
  set (q := (1 - P 1 Fs neg j) / INR r ^ j).
  assert (H := theorem3_cells k N pos neg (map (cell 1) (addresses Fs j)) q Hs Hk).
  rewrite map_length, addresses_length in H.
  apply Rle_trans with ((INR (r ^ j) - INR (S k ^ depth N)) * q).
  - assert (Hpow : INR (S k ^ depth N) <= INR r ^ (s * depth N)).
    { rewrite pow_mult, <- pow_INR, <- pow_INR. apply le_INR, Nat.pow_le_mono_l. lia. }
    rewrite pow_INR. unfold q.
    replace ((1 - INR r ^ (s * depth N) / INR r ^ j) * (1 - P 1 Fs neg j)) with
      ((INR r ^ j - INR r ^ (s * depth N)) * ((1 - P 1 Fs neg j) / INR r ^ j))
      by (field; lra).
    apply Rmult_le_compat_r; [|lra]. apply Rmult_le_pos; lra.
  - apply H.
    + apply Forall_map, Forall_forall. intros w Hw. apply (cell_interval Fs); [assumption|].
      apply (in_addresses Fs j); assumption.
    + apply FOP_map. pose proof (addresses_apart 1 Fs Hinv Hbase Hdisj j) as Hap.
      clear - Hap. induction Hap as [|w L Hw Hap IH]; constructor; [|assumption].
      revert Hw. apply Forall_impl. intros w' Hw x [Hx H1] [_ H2]. apply (Hw x); assumption.
    + unfold q. apply Rmult_le_pos; lra.
    + intros C HC. apply in_map_iff in HC. destruct HC as (w & <- & Hw).
      destruct (Hspread w Hw) as [-> ->]. split; [|apply Rle_refl].
      unfold q, Rdiv. apply Rmult_le_compat_r; lra.
Qed.

(** ** Finite distributions *)

(** The mass of finitely many weighted points *)
Fixpoint weight (l : list (R * vec)) (A : vec -> Prop) : R :=
  match l with
  | [] => 0
  | (c, x) :: l' => (if sig_not_dec (A x) then c else 0) + weight l' A
  end.

Definition points (l : list (R * vec)) (H : Forall (fun p => 0 <= fst p) l) : mass.
Proof.
  refine (Mass (weight l) _ _ _); induction H as [|[c x] l Hc H IH]; simpl in *.
  - intros; lra.
  - intros A. specialize (IH A). destruct (sig_not_dec (A x)); lra.
  - intros; lra.
  - intros A B HAB. specialize (IH A B HAB).
    destruct (sig_not_dec (A x)) as [HA|HA], (sig_not_dec (B x)) as [HB|HB]; try lra.
    exfalso. apply HA. auto.
  - intros; lra.
  - intros A B HAB. specialize (IH A B HAB).
    destruct (sig_not_dec (A x)) as [HA|HA], (sig_not_dec (B x)) as [HB|HB],
      (sig_not_dec (A x \/ B x)) as [HC|HC]; try lra; exfalso;
      [apply HA; intro HA'; apply HB; intro HB'; apply (HAB x); assumption
      |apply HA; intro HA'; apply HB; intro HB'; apply (HAB x); assumption
      |apply HA; tauto|apply HB; tauto].
Defined.

(** ** In the plane one line crosses every cell

    With d = 2, r = 2, n = 3, j = 2, s = t = k = 1 everything else that Theorem 3 asks holds, the
    bound is 1/4 and the loss of one ReLU is 0. *)

(** Two maps side by side: every cell of every level straddles the line x_2 = 0. *)
Definition beside (c : R) : generator :=
  Generator [Unit [1 / 4; 0] c; Unit [0; 1 / 2] 0] [Unit [4; 0] (-4 * c); Unit [0; 2] 0].

Definition row : ifs := [beside (-1 / 2); beside (1 / 2)].

(** Positives in the 8 cells of K_3, above the line; negatives in the gaps of the 4 cells of K_2,
    below it. *)
Definition row_pos : list (R * vec) := map (fun x => (1 / 16, [x; 1 / 16]))
  [-21/32; -19/32; -13/32; -11/32; 11/32; 13/32; 19/32; 21/32].

Definition row_neg : list (R * vec) := map (fun x => (1 / 8, [x; -1 / 16]))
  [-5/8; -3/8; 3/8; 5/8].

Definition above_the_line : net := Net [[Unit [0; 1] 0]] [Unit [1] (-1 / 32)].

Lemma cube_2 : forall x y, cube 2 [x; y] <-> -1 <= x <= 1 /\ -1 <= y <= 1.
Proof.
  intros x y. unfold cube. rewrite !Forall_cons_iff. split; [tauto|].
  intros [H1 H2]. repeat split; try tauto. constructor.
Qed.

Lemma undo_beside : forall c x y, undo (beside c) [x; y] = [4 * x - 4 * c; 2 * y].
Proof.
  intros. unfold undo, beside; simpl. unfold pre; simpl. f_equal; [ring|]. f_equal. ring.
Qed.

Lemma apply_beside : forall c x y, apply (beside c) [x; y] = [x / 4 + c; y / 2].
Proof.
  intros. unfold apply, beside; simpl. unfold pre; simpl. f_equal; [field|]. f_equal. field.
Qed.

Lemma row_invertible : Forall (invertible 2) row.
Proof.
  repeat constructor; destruct x as [|x [|y [|]]]; try discriminate;
    rewrite ?undo_beside, ?apply_beside, ?undo_beside, ?apply_beside;
    repeat (f_equal; try field).
Qed.

Lemma row_base : maps_into_base 2 row.
Proof.
  intros F x HF Hx. destruct x as [|x [|y [|]]]; try (destruct Hx; discriminate).
  apply cube_2 in Hx. destruct HF as [<-|[<-|[]]]; rewrite apply_beside; apply cube_2; lra.
Qed.

Lemma row_disjoint : disjoint_images 2 row.
Proof.
  intros i j F G x y Hi Hj Hij Hx Hy E.
  destruct x as [|x [|x' [|]]]; try (destruct Hx; discriminate).
  destruct y as [|y [|y' [|]]]; try (destruct Hy; discriminate).
  apply cube_2 in Hx. apply cube_2 in Hy.
  destruct i as [|[|[|]]], j as [|[|[|]]]; simpl in Hi, Hj; try discriminate; try lia;
    injection Hi as <-; injection Hj as <-; rewrite !apply_beside in E;
    injection E as E1 E2; lra.
Qed.

Lemma weight_in : forall c x l (A : vec -> Prop), A x -> weight ((c, x) :: l) A = c + weight l A.
Proof. intros. simpl. destruct (sig_not_dec (A x)); [reflexivity|contradiction]. Qed.

Lemma weight_out : forall c x l (A : vec -> Prop), ~ A x -> weight ((c, x) :: l) A = weight l A.
Proof. intros. simpl. destruct (sig_not_dec (A x)); [contradiction|ring]. Qed.

Lemma cell_2 : forall a b x y, cell 2 [beside a; beside b] [x; y] <->
  -1 <= 16 * (x - a) - 4 * b <= 1 /\ -1 <= 4 * y <= 1.
Proof.
  intros. unfold cell. simpl in_cell. rewrite !undo_beside, cube_2. split.
  - intros [_ H]. lra.
  - intro H. split; [reflexivity|]. lra.
Qed.

Lemma cell_3 : forall a b c x y, in_cell 2 [beside a; beside b; beside c] [x; y] <->
  -1 <= 64 * (x - a) - 16 * b - 4 * c <= 1 /\ -1 <= 8 * y <= 1.
Proof. intros. simpl in_cell. rewrite !undo_beside, cube_2. split; intro; lra. Qed.

Lemma row_K2 : forall a b x y, In (beside a) row -> In (beside b) row ->
  cell 2 [beside a; beside b] [x; y] -> K 2 row 2 [x; y].
Proof.
  intros a b x y Ha Hb [_ H]. apply (K_cells 2 row row_invertible); [reflexivity|].
  exists [beside a; beside b]. split; [|assumption].
  simpl in Ha, Hb. destruct Ha as [<-|[<-|[]]], Hb as [<-|[<-|[]]]; simpl; tauto.
Qed.

Lemma row_K3 : forall x y, K 2 row 3 [x; y] <->
  exists a b c, In a [-1/2; 1/2] /\ In b [-1/2; 1/2] /\ In c [-1/2; 1/2] /\
    -1 <= 64 * (x - a) - 16 * b - 4 * c <= 1 /\ -1 <= 8 * y <= 1.
Proof.
  intros x y. rewrite (K_cells 2 row row_invertible) by reflexivity. split.
  - intros (w & Hw & Hc). simpl in Hw.
    repeat destruct Hw as [<-|Hw]; try destruct Hw; apply cell_3 in Hc;
      do 3 eexists; (split; [|split; [|split; [|exact Hc]]]); simpl; tauto.
  - intros (a & b & c & Ha & Hb & Hc & H). exists [beside a; beside b; beside c].
    split; [|apply cell_3; assumption].
    destruct Ha as [<-|[<-|[]]], Hb as [<-|[<-|[]]], Hc as [<-|[<-|[]]]; simpl; tauto.
Qed.

Lemma out_above : forall x y, out above_the_line [x; y] = Rmax y 0 - 1 / 32.
Proof.
  intros. unfold out, eval, above_the_line. simpl. unfold pre. simpl. unfold relu, pre. simpl.
  replace (0 * x + (1 * y + 0) + 0) with y by ring. field.
Qed.

Theorem theorem3_fails_in_the_plane : exists Hpos Hneg,
  let pos := points row_pos Hpos in
  let neg := points row_neg Hneg in
  Forall (invertible 2) row /\ maps_into_base 2 row /\ disjoint_images 2 row /\
  pos (fun x => ~ K 2 row 3 x) = 0 /\ neg (K 2 row 3) = 0 /\
  spread_equally 2 row pos neg 2 /\
  shaped 2 1 above_the_line /\ (width above_the_line < length row ^ 1)%nat /\
  (1 * depth above_the_line < 2)%nat /\
  loss pos neg above_the_line = 0 /\
  (1 - INR (length row) ^ (1 * depth above_the_line) / INR (length row) ^ 2) *
    (1 - P 2 row neg 2) = 1 / 4.
Proof.
  assert (Hpos : Forall (fun p => 0 <= fst p) row_pos) by (repeat constructor; simpl; lra).
  assert (Hneg : Forall (fun p => 0 <= fst p) row_neg) by (repeat constructor; simpl; lra).
  exists Hpos, Hneg. intros pos neg.
  assert (H4 : INR (length row) ^ 2 = 4) by (simpl; ring).
  assert (HP : P 2 row neg 2 = 1 / 2).
  { unfold P, neg, points, row_neg. cbn [mu map].
    rewrite !weight_in by (first
      [ apply (row_K2 (-1/2) (-1/2)); [simpl; tauto|simpl; tauto|apply cell_2; lra]
      | apply (row_K2 (-1/2) (1/2)); [simpl; tauto|simpl; tauto|apply cell_2; lra]
      | apply (row_K2 (1/2) (-1/2)); [simpl; tauto|simpl; tauto|apply cell_2; lra]
      | apply (row_K2 (1/2) (1/2)); [simpl; tauto|simpl; tauto|apply cell_2; lra] ]).
    simpl. lra. }
  split; [apply row_invertible|]. split; [apply row_base|]. split; [apply row_disjoint|].
  split; [|split; [|split; [|split; [|split; [|split; [|split]]]]]].
  - unfold pos, points, row_pos. cbn [mu map].
    rewrite !weight_out; [reflexivity|..]; intro H; apply H, row_K3;
      first
      [ exists (-1/2), (-1/2), (-1/2); simpl; (repeat split; try tauto); lra
      | exists (-1/2), (-1/2), (1/2); simpl; (repeat split; try tauto); lra
      | exists (-1/2), (1/2), (-1/2); simpl; (repeat split; try tauto); lra
      | exists (-1/2), (1/2), (1/2); simpl; (repeat split; try tauto); lra
      | exists (1/2), (-1/2), (-1/2); simpl; (repeat split; try tauto); lra
      | exists (1/2), (-1/2), (1/2); simpl; (repeat split; try tauto); lra
      | exists (1/2), (1/2), (-1/2); simpl; (repeat split; try tauto); lra
      | exists (1/2), (1/2), (1/2); simpl; (repeat split; try tauto); lra ].
  - unfold neg, points, row_neg. cbn [mu map].
    rewrite !weight_out; [reflexivity|..]; intro H; apply row_K3 in H;
      destruct H as (a & b & c & Ha & Hb & Hc & H);
      destruct Ha as [<-|[<-|[]]], Hb as [<-|[<-|[]]], Hc as [<-|[<-|[]]]; lra.
  - unfold spread_equally. rewrite HP, H4. split; [lra|]. intros w Hw. simpl in Hw.
    unfold pos, neg, points, row_pos, row_neg. cbn [mu map].
    repeat destruct Hw as [<-|Hw]; try destruct Hw; split;
      repeat first [ rewrite weight_in by (apply cell_2; lra)
                   | rewrite weight_out by (rewrite cell_2; lra) ]; simpl; lra.
  - repeat constructor.
  - change (width above_the_line) with 1%nat. simpl. lia.
  - change (depth above_the_line) with 1%nat. lia.
  - unfold loss, pos, neg, points, row_pos, row_neg. cbn [mu map].
    rewrite !weight_out; [simpl; ring|..]; rewrite out_above; unfold Rmax;
      match goal with |- context [Rle_dec ?a ?b] => destruct (Rle_dec a b) end; lra.
  - change (depth above_the_line) with 1%nat. rewrite HP, H4. simpl. field.
Qed.
